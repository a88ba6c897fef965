// @ts-types="../../types/std_assert.d.ts"
import { assertEquals } from "@std/assert";
import { isReleaseId, newestFirst, nextReleaseId, parseRelease, releaseNumber } from "../../lib/release.ts";
import { release } from "../fake/facts.ts";

const clean = { short: "1a2b3c4", commit: "1a2b3c4d", dirty: false };

const ids: readonly { name: string; ids: string[]; wanted: string }[] = [
  { name: "1 when there is none", ids: [], wanted: "1-1a2b3c4" },
  { name: "one above the only one", ids: ["7-abcdef0"], wanted: "8-1a2b3c4" },
  { name: "one above the highest, by number", ids: ["9-a", "10-b", "2-c"], wanted: "11-1a2b3c4" },
  { name: "untroubled by what has no number", ids: ["x", "", "3-a"], wanted: "4-1a2b3c4" },
];
for (const { name, ids: given, wanted } of ids) {
  Deno.test(`nextReleaseId() is ${name}`, () => assertEquals(nextReleaseId(given, clean), wanted));
}

Deno.test("nextReleaseId() names a dirty tree", () => {
  assertEquals(nextReleaseId([], { ...clean, dirty: true }), "1-1a2b3c4_dirty");
});

Deno.test("nextReleaseId() makes ids that isReleaseId() knows", () => {
  assertEquals(isReleaseId(nextReleaseId([], { short: "none", commit: "", dirty: true })), true);
});

for (const text of ["", "7", "7-", "-a", "0-a", "07-a", "7-A", "7-a/b", "7-a b", "7-..", "../7-a", "7-a\n"]) {
  Deno.test(`isReleaseId() says no to ${JSON.stringify(text)}`, () => assertEquals(isReleaseId(text), false));
}

Deno.test("releaseNumber() is the number before the dash", () => assertEquals(releaseNumber("12-3f"), 12));

Deno.test("parseRelease() gives back what was written", () => {
  const record = release("7-1a2b3c4", { slot: "green" });
  assertEquals(parseRelease(JSON.stringify(record)), record);
});

for (const text of ["", "{", "null", "7", '"x"', "{}", '{"id":"../../etc"}', '{"id":7}']) {
  Deno.test(`parseRelease() makes nothing of ${text || "nothing"}`, () =>
    assertEquals(parseRelease(text), undefined));
}

Deno.test("newestFirst() sorts by number, not by text", () => {
  const sorted = newestFirst(["2-a", "10-a", "9-a"].map((id) => release(id)));
  assertEquals(sorted.map(({ id }) => id), ["10-a", "9-a", "2-a"]);
});
