import { assertEquals, assertStringIncludes } from "@std/assert";
import { releases } from "../../tasks/releases.ts";
import { fakeContext } from "../fake/context.ts";
import { release } from "../fake/facts.ts";
import { copyModel } from "../fake/model.ts";
import { fakeServer } from "../fake/server.ts";
import { serverAfter } from "../lib/deploy/deploying.ts";
import { releaseRows } from "../../lib/deploy/release_rows.ts";

const now = new Date("2026-01-02T05:04:05.000Z");
const rows = [
  { name: "the live one", one: release("7-a", { state: "live" }), says: "live " },
  { name: "a live one by the journal alone", one: release("6-a", { state: "live" }), says: "kept " },
  { name: "one that was retired", one: release("6-a"), says: "kept " },
  {
    name: "one that was rolled away from",
    one: release("6-a", { rolledBack: true }),
    says: "kept, rolled back ",
  },
  { name: "one that failed", one: release("6-a", { state: "failed" }), says: "failed " },
  {
    name: "one that was prepared and taken back",
    one: release("6-a", { state: "failed", prepared: "2026-01-02T04:00:00.000Z" }),
    says: "taken back ",
  },
  { name: "one that never ended", one: release("6-a", { state: "building" }), says: "cut off " },
  {
    name: "a tree with changes",
    one: release("6-a", { revision: { short: "abc", commit: "abcd", dirty: true } }),
    says: "abc and changes",
  },
];
for (const { name, one, says } of rows) {
  Deno.test(`releaseRows() shows ${name}`, () => assertStringIncludes(releaseRows([one], "7-a", now), says));
}

Deno.test("releaseRows() lines its columns up", () => {
  const text = releaseRows([release("10-a"), release("9-b", { state: "failed" })], "10-a", now);
  assertEquals(
    text,
    "  10-a  live    2 h ago  me@here  1a2b3c4\n  9-b   failed  2 h ago  me@here  1a2b3c4",
  );
});

Deno.test("releaseRows() shows what was passed over as rolled back", () => {
  const all = [release("3-c", { previous: "1-a" }), release("2-b", { previous: "1-a" }), release("1-a")];
  assertEquals(
    releaseRows(all, "3-c", now, all.slice(1)).split("\n").map((row) => row.trim().split(/\s{2,}/)[1]),
    ["kept, rolled back", "kept"],
  );
});

Deno.test("releases() lists the newest first", async () => {
  const ctx = fakeContext({ servers: [fakeServer({ model: copyModel(await serverAfter(2)) })] });
  await releases(ctx);
  assertEquals(ctx.ui.results[0]?.split("\n").map((row) => row.trim().split(/\s{2,}/).slice(0, 2)), [
    ["2-1a2b3c4", "live"],
    ["1-1a2b3c4", "kept"],
  ]);
});

Deno.test("releases() says that there are none", async () => {
  const ctx = fakeContext();
  await releases(ctx);
  assertEquals(ctx.ui.results, ["  none"]);
});
