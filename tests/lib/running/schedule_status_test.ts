import { assertEquals, assertStringIncludes } from "@std/assert";
import { statusOf, statusText } from "../../../lib/running/status.ts";
import { config, whole } from "../../fake/facts.ts";

Deno.test("status tells when each schedule ran last, and how that ended", () => {
  const schedule = { name: "cleanup", at: "0 3 * * *", release: "6-a", listed: true, running: false };
  const [begun, now] = [Date.UTC(2026, 0, 2, 3) / 1000, new Date(Date.UTC(2026, 0, 2, 4))];
  const cases = [
    [undefined, false, null, null, null, "has not run yet"],
    [
      { begun, ended: begun + 60, status: 3 },
      false,
      "03:00:00",
      "03:01:00",
      3,
      "ended 59 min ago with status 3",
    ],
    [{ begun }, true, "03:00:00", null, null, "runs for 60 min"],
    [{ begun }, false, "03:00:00", null, null, "began 60 min ago and was cut off"],
  ] as const;
  for (const [last, running, first, second, status, text] of cases) {
    const facts = whole("6-a", "blue", { schedules: [{ ...schedule, running, last }] });
    const one = statusOf(config(), "web", facts, "200");
    const time = (clock: string | null) => clock === null ? null : `2026-01-02T${clock}Z`;
    assertEquals(one.schedules, [
      { name: "cleanup", at: "0 3 * * *", running, begun: time(first), ended: time(second), status },
    ]);
    assertStringIncludes(statusText(one, now), `\n  schedule cleanup (0 3 * * *): ${text}\n`);
  }
});
