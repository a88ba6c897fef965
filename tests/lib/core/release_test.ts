import { assertEquals } from "@std/assert";
import {
  isReleaseId,
  newestFirst,
  nextReleaseId,
  parseRelease,
  type Release,
  releaseNumber,
  servedBefore,
} from "../../../lib/core/release.ts";
import { release } from "../../fake/facts.ts";

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

const half = [
  { revision: null },
  { slot: "red" },
  { state: "gone" },
  { createdAt: "yesterday" },
  { artifact: {} },
  { config: { ...release("7-1a2b3c4").config, packages: "ruby" } },
  { config: { ...release("7-1a2b3c4").config, assets: { path: "/assets", from: "$(id)" } } },
].map((change) => JSON.stringify({ ...release("7-1a2b3c4"), ...change }));

for (
  const text of ["", "{", "null", "7", '"x"', "{}", '{"id":"../../etc"}', '{"id":7}', '{"id":"7-a"}', ...half]
) {
  Deno.test(`parseRelease() makes nothing of ${text || "nothing"}`, () =>
    assertEquals(parseRelease(text), undefined));
}

Deno.test("newestFirst() sorts by number, not by text", () => {
  const sorted = newestFirst(["2-a", "10-a", "9-a"].map((id) => release(id)));
  assertEquals(sorted.map(({ id }) => id), ["10-a", "9-a", "2-a"]);
});

const at = (hour: number) => `2026-01-02T0${hour}:00:00.000Z`;
const lines: readonly { name: string; all: Release[]; live?: string; wanted: string[] }[] = [
  {
    name: "those that each record names",
    all: [release("1-a"), release("2-b", { previous: "1-a" }), release("3-c", { previous: "2-b" })],
    live: "3-c",
    wanted: ["2-b", "1-a"],
  },
  {
    name: "not what was passed over before the live one was deployed",
    all: [
      ...[release("1-a"), release("2-b", { previous: "1-a" }), release("3-c", { previous: "2-b" })],
      release("4-d", { previous: "1-a" }),
    ],
    live: "4-d",
    wanted: ["1-a"],
  },
  {
    name: "the release before one that failed or was cut off",
    all: [release("1-a"), release("2-b", { previous: "1-a", state: "ready" })],
    live: "2-b",
    wanted: ["1-a"],
  },
  {
    name: "the good ones with lower numbers where records of an older version name none",
    all: [release("1-a"), release("2-b", { state: "failed" }), release("3-c"), release("4-d")],
    live: "4-d",
    wanted: ["3-c", "1-a"],
  },
  {
    name: "by an older version's records, none that was rolled away from, nor what was passed over",
    all: [
      release("1-a", { liveAt: at(4) }),
      release("2-b", { liveAt: at(2) }),
      ...[release("3-c", { liveAt: at(3), rolledBack: true }), release("4-d", { liveAt: at(5) })],
    ],
    live: "4-d",
    wanted: ["1-a"],
  },
  {
    name: "releases older than a record that is lost",
    all: [release("1-a"), release("2-b"), release("4-d", { previous: "3-c" })],
    live: "4-d",
    wanted: ["2-b", "1-a"],
  },
  {
    name: "nothing for ever in records that name each other",
    all: [release("1-a", { previous: "2-b" }), release("2-b", { previous: "2-b" })],
    live: "2-b",
    wanted: ["1-a"],
  },
  {
    name: "all good ones when nothing is live",
    all: [release("1-a"), release("2-b")],
    wanted: ["2-b", "1-a"],
  },
];
for (const { name, all, live, wanted } of lines) {
  Deno.test(`servedBefore() gives ${name}`, () =>
    assertEquals(servedBefore(all, live).map(({ id }) => id), wanted));
}
