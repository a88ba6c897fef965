import { assertEquals } from "@std/assert";
import { parseRun, runText } from "../../../lib/server/runs.ts";

const run = {
  id: "1a2b3c4d",
  command: 'say "a\nb"',
  release: "7-1a2b3c4",
  began: "2026-01-02T03:04:05.000Z",
};
const row = (state: string) => `7-1a2b3c4 1a2b3c4d 1767323045 ${state} ${JSON.stringify(run.command)}`;

for (
  const [state, facts, end] of [
    ["runs", { running: true, status: null }, "runs"],
    ["4", { running: false, status: 4 }, "ended with status 4"],
    ["gone", { running: false, status: null }, "was ended from outside"],
  ] as const
) {
  Deno.test(`parseRun() and runText() say that a command ${end}`, () => {
    assertEquals(parseRun(row(state)), [{ ...run, ...facts }]);
    assertEquals(
      parseRun(row(state)).map(runText),
      [`1a2b3c4d say "a\\nb" (of 7-1a2b3c4, since 2026-01-02T03:04:05.000Z) ${end}`],
    );
  });
}

for (
  const text of ["", "7-1a2b3c4 1a2b3c4d", row("x"), row("4").slice(0, -1), row("4").replace('"say', '"s"ay')]
) {
  Deno.test(`parseRun() makes nothing of ${JSON.stringify(text)}`, () => assertEquals(parseRun(text), []));
}
