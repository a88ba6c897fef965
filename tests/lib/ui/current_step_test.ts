import { assertEquals, assertStringIncludes } from "@std/assert";
import { CurrentStep } from "../../../lib/ui/current_step.ts";

Deno.test("CurrentStep shows its title, and how long it takes from the first second on", () => {
  const step = new CurrentStep("Build", 1000);
  assertEquals(step.rows(1999, 80), ["• Build"]);
  assertEquals(step.rows(3000, 80), ["• Build 2.0 s"]);
});

Deno.test("CurrentStep shows rate and remaining time of a transfer after a second", () => {
  const step = new CurrentStep("Upload", 0);
  assertEquals(step.transfer("shop", { done: 0, total: 10_000_000 }, 0), false);
  assertEquals(step.transfer("shop", { done: 2_500_000, total: 10_000_000 }, 500), true);
  assertEquals(step.rows(500, 80)[1], "  shop ━━━━━─────────────── 25 % of 10 MB");
  assertEquals(step.transfer("shop", { done: 5_000_000, total: 10_000_000 }, 2000), true);
  assertEquals(step.rows(2000, 80)[1], "  shop ━━━━━━━━━━────────── 50 % of 10 MB, 2.5 MB/s, 2.0 s left");
  assertEquals(step.transfer("shop", { done: 10_000_000, total: 10_000_000 }, 3000), true);
  assertEquals(step.rows(3000, 80)[1], "  shop ━━━━━━━━━━━━━━━━━━━━ 100 % of 10 MB");
});

Deno.test("CurrentStep leaves the bar away in a narrow window", () => {
  const step = new CurrentStep("Upload", 0);
  step.transfer("shop", { done: 5_000_000, total: 10_000_000 }, 0);
  assertEquals(step.rows(2000, 50)[1], "  shop 50 % of 10 MB, 2.5 MB/s, 2.0 s left");
});

Deno.test("CurrentStep gives a label a row of its own where both don't fit", () => {
  const step = new CurrentStep("Upload", 0);
  step.transfer("Upload to 203.0.113.7", { done: 5_000_000, total: 10_000_000 }, 0);
  assertEquals(step.rows(2000, 40).slice(1), [
    "  Upload to 203.0.113.7",
    "  50 % of 10 MB, 2.5 MB/s, 2.0 s left",
  ]);
});

Deno.test("CurrentStep shows the bars of several transfers below each other, in one form", () => {
  const step = new CurrentStep("Upload", 0);
  for (const name of ["a", "long"]) step.server(name, true, 0);
  step.transfer("Upload to a", { done: 5, total: 10 }, 0);
  step.transfer("Upload to long", { done: 10, total: 10 }, 0);
  // The servers have no rows besides.
  assertEquals(step.rows(0, 80).slice(1), [
    "  Upload to a    ━━━━━━━━━━────────── 50 % of 10 B",
    "  Upload to long ━━━━━━━━━━━━━━━━━━━━ 100 % of 10 B",
  ]);
  assertEquals(step.rows(0, 45).slice(1), [
    "  Upload to a    ━━━━━───── 50 % of 10 B",
    "  Upload to long ━━━━━━━━━━ 100 % of 10 B",
  ]);
  assertEquals(step.rows(0, 25).slice(1), [
    "  Upload to a",
    "  50 % of 10 B",
    "  Upload to long",
    "  100 % of 10 B",
  ]);
});

Deno.test("CurrentStep keeps the length of a bar when rate and time come", () => {
  const step = new CurrentStep("Upload", 0);
  step.transfer("Upload to 203.0.113.7", { done: 5_000_000, total: 10_000_000 }, 0);
  for (const now of [0, 2000]) assertStringIncludes(step.rows(now, 80)[1] ?? "", "7 ━━━━━───── 50 %");
});

Deno.test("CurrentStep says that a size is an estimate, with a bar that fits", () => {
  const step = new CurrentStep("Dump", 0);
  step.transfer("From 203.0.113.7", { done: 5_000_000, total: 10_000_000, estimate: "about" }, 0);
  assertEquals(
    step.rows(2000, 80)[1],
    "  From 203.0.113.7 ━━━━━───── 50 % of about 10 MB, 2.5 MB/s, about 2.0 s left",
  );
  step.transfer("From 203.0.113.7", { done: 1_000_000, total: 10_000_000, estimate: "at most" }, 0);
  assertEquals(
    step.rows(2000, 80)[1],
    "  From 203.0.113.7 ━───────── 10 % of at most 10 MB, 500 kB/s, 18 s left",
  );
  assertEquals(
    step.rows(2000, 100)[1],
    "  From 203.0.113.7 ━━────────────────── 10 % of at most 10 MB, 500 kB/s, at most 18 s left",
  );
});

Deno.test("CurrentStep shows bytes and rate of a transfer whose size nobody knows", () => {
  const step = new CurrentStep("Dump", 0);
  assertEquals(step.transfer("From web", { done: 1_000_000, total: 0 }, 0), false);
  assertEquals(step.transfer("From web", { done: 20_000_000, total: 0 }, 2000), true);
  assertEquals(step.transfer("From web", { done: 30_000_000, total: 0 }, 2000), false);
  assertEquals(step.rows(2000, 80)[1], "  From web 30 MB, 15 MB/s");
});

Deno.test("CurrentStep shows a row a server while several work, and none for one or when all have ended", () => {
  const step = new CurrentStep("Check", 0);
  step.server("web-1", true, 0);
  assertEquals(step.rows(0, 80), ["• Check"]);
  step.server("web-2", true, 0);
  step.server("web-1", false, 500);
  assertEquals(step.rows(900, 80), ["• Check", "  • web-2", "  ✓ web-1 0.5 s"]);
  assertEquals(step.rows(1100, 80), ["• Check 1.1 s", "  • web-2 1.1 s", "  ✓ web-1 0.5 s"]);
  step.server("web-2", false, 950);
  assertEquals(step.rows(950, 80), ["• Check"]);
});

Deno.test("CurrentStep counts the time of a server with several parts from the first of them", () => {
  const step = new CurrentStep("Upload", 0);
  for (const name of ["web-1", "web-2"]) step.server(name, true, 0);
  step.server("web-1", false, 1500);
  step.server("web-1", true, 1600);
  assertEquals(step.rows(2000, 80), ["• Upload 2.0 s", "  • web-1 2.0 s", "  • web-2 2.0 s"]);
  assertEquals(step.working(), ["web-1", "web-2"]);
});

Deno.test("CurrentStep counts servers that don't fit", () => {
  const step = new CurrentStep("Check", 0);
  for (let index = 1; index <= 30; index++) step.server(`web-${index}`, true, 0);
  const rows = step.rows(0, 80);
  assertEquals([rows.length, rows.at(-2), rows.at(-1)], [10, "  • web-8", "    and 22 more"]);
});

Deno.test("CurrentStep counts transfers that don't fit, those that are done first", () => {
  const step = new CurrentStep("Upload", 0);
  for (let index = 1; index <= 12; index++) {
    step.transfer(`web-${index}`, { done: index === 1 ? 4 : 1, total: 4 }, 0);
  }
  const rows = step.rows(0, 80);
  assertEquals([rows.length, rows[1], rows.at(-1)], [
    10,
    "  web-2 ━━━━━─────────────── 25 % of 4 B",
    "    and 4 more",
  ]);
});

Deno.test("CurrentStep says of each of many transfers only that it is done", () => {
  const step = new CurrentStep("Upload", 0);
  for (let index = 1; index <= 9; index++) step.transfer(`web-${index}`, { done: 0, total: 10 }, 0);
  assertEquals([5, 9, 10].map((done) => step.transfer("web-1", { done: done, total: 10 }, 0)), [
    false,
    false,
    true,
  ]);
});

Deno.test("CurrentStep shows the last folded lines that say something", () => {
  const step = new CurrentStep("Build", 0);
  for (const text of ["one", "two", "", "three", "  ", "four", ""]) step.fold("build", text);
  assertEquals(step.rows(0, 80), ["• Build", "  build | two", "  build | three", "  build | four"]);
  assertEquals(step.unfold().lines.length, 7);
});

Deno.test("CurrentStep shows no transfer that has ended while a command says something", () => {
  const step = new CurrentStep("Build", 0);
  step.transfer("Source to web", { done: 4, total: 4 }, 0);
  assertEquals(step.rows(0, 80).length, 2);
  step.fold("build", "one");
  assertEquals(step.rows(0, 80), ["• Build", "  build | one"]);
  step.transfer("Release to b", { done: 1, total: 4 }, 0);
  assertEquals(step.rows(0, 80).length, 4);
});

Deno.test("CurrentStep keeps the last 200 folded lines", () => {
  const step = new CurrentStep("Build", 0);
  for (let index = 1; index <= 250; index++) step.fold("build", `${index}`);
  assertEquals(step.rows(0, 80), ["• Build", "  build | 248", "  build | 249", "  build | 250"]);
  const { lines, dropped } = step.unfold();
  assertEquals([lines.length, lines[0]?.text, dropped], [200, "51", 50]);
  assertEquals(step.rows(0, 80), ["• Build"]);
});

Deno.test("CurrentStep shows control characters of others instead of obeying them", () => {
  const step = new CurrentStep("Build", 0);
  step.fold("build", "x\x1b[2J");
  assertEquals(step.rows(0, 80)[1], "  build | x\\x1b[2J");
});
