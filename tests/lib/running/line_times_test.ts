import { assertEquals } from "@std/assert";
import { lineTimes } from "../../../lib/running/line_times.ts";

const now = () => Date.UTC(2026, 10, 29, 20);
/** Begun at 17:00, written to last at 19:00. */
const facts = "alcaide log: 1795971600 1795978800";

/** The times of a log's lines, as `TIME KIND`. */
function timesOf(head: string, lines: readonly string[]) {
  const times = lineTimes(now);
  const taken = times.takes(head);
  const said = lines.map((line) => {
    const { at, is } = times.of(line) ?? {};
    return at === undefined ? undefined : `${at.slice(11)} ${is}`;
  });
  return { taken, said, last: times.lastWrite };
}

Deno.test("lineTimes() gives a line its own time, in UTC", () => {
  const of = (line: string) => lineTimes(now).of(line);
  const same = [
    "2026-11-29T19:05:00Z started",
    "[info] 2026-11-29 19:05:00.123 started",
    '{"time":"2026-11-29T19:05:00,5Z","msg":"at 2020-01-01T00:00:00Z"}',
    "2026-11-29T20:05:00+01:00 started",
    "2026-11-29 14:05:00 -0500 started",
  ];
  for (const line of same) assertEquals(of(line), { at: "2026-11-29T19:05:00Z", is: "own" });
  for (const line of ["19:05:00 started", "2026-13-29T19:05:00Z", "2026-11-29"]) {
    assertEquals(of(line)?.is, undefined);
  }
});

Deno.test("lineTimes() knows of a line without a time that it is not older than one before it, or the log", () => {
  assertEquals(timesOf(facts, ["one", "2026-11-29T18:00:00Z two", "  at three"]), {
    taken: true,
    said: ["17:00:00Z earliest", "18:00:00Z own", "18:00:00Z earliest"],
    last: "2026-11-29T19:00:00Z",
  });
});

Deno.test("lineTimes() tells of the last write only where a line bears no time", () => {
  assertEquals(timesOf(facts, ["2026-11-29T18:00:00Z two"]).last, undefined);
});

Deno.test("lineTimes() gives followed lines the moment at which they come", () => {
  assertEquals(timesOf(`${facts} 2`, ["one", "two", "three", "2026-11-29T18:00:00Z four"]), {
    taken: true,
    said: ["17:00:00Z earliest", "17:00:00Z earliest", "20:00:00Z arrival", "18:00:00Z own"],
    last: undefined,
  });
});

Deno.test("lineTimes() tells nothing of a line in a log whose beginning nobody knows", () => {
  for (const began of ["-1", "0", "4294967295", "18446744073709551615"]) {
    const { said, last } = timesOf(`alcaide log: ${began} 1795978800`, ["one"]);
    assertEquals([said, last], [[undefined], "2026-11-29T19:00:00Z"]);
  }
  assertEquals(timesOf("alcaide log: 0 0", ["one"]), { taken: true, said: [undefined], last: undefined });
});

Deno.test("lineTimes() takes one line alone, and none of the app's", () => {
  const times = lineTimes(now);
  assertEquals(["started", facts, facts].map(times.takes), [false, true, false]);
});
