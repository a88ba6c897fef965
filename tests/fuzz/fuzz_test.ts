// An even sample of what `deno task fuzz` tries, and the parts of the fuzzer itself.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { seeded } from "../shell.ts";
import { caseRandom, fuzz, Thread } from "./fuzz.ts";
import { arrived, bytesOf, damaged } from "./mutate.ts";
import { readyTest, shrunk } from "./shrink.ts";
import { subjects } from "./subjects/mod.ts";

// The same each time: `deno task fuzz` looks for new faults.
const seed = Number(Deno.env.get("ALCAIDE_TEST_SEED") ?? 11);

Deno.test(`hostile input ends in an error with a hint, or in success (seed ${seed})`, async () => {
  const rows = await fuzz({ seed, cases: 500 });
  assertEquals(rows.flatMap(({ failures }) => failures), []);
  assertEquals(rows.map(({ name }) => name), Object.keys(subjects));
  const sum = (of: "accepted" | "refused") => rows.reduce((total, row) => total + row[of], 0);
  assert(sum("accepted") > 50 && sum("refused") > 50, Deno.inspect(rows));
});

Deno.test("a case is the same for the same seed", () => {
  for (const [name, { make }] of Object.entries(subjects)) {
    const [one, same] = [7, 7].map((number) => make(caseRandom(number, name, 3)));
    assertEquals(one, same);
  }
});

Deno.test("shrunk() finds what makes an input fail, in texts, lists and records", async () => {
  const fails = (input: unknown) => Promise.resolve(JSON.stringify(input)?.includes("7") ?? false);
  assertEquals(await shrunk({ a: ["x", "aa7bb"], b: { c: "more" } }, fails), { a: ["7"] });
  assertStringIncludes(readyTest("probe", "7", "Error: no\n at x"), 'subjects["probe"]!.check("7" as never)');
});

Deno.test("a hang ends, and the next input is tried", async () => {
  using thread = new Thread(0);
  assertStringIncludes(
    JSON.stringify(await thread.ask({ subject: "site file", input: "x".repeat(100) })),
    "It hangs",
  );
});

Deno.test("bytesOf() gives UTF-8, and bytes that are none", () => {
  assertEquals([...bytesOf("é\uf780\uf7ffa")], [0xc3, 0xa9, 0x80, 0xff, 0x61]);
  assertEquals(arrived("a\uf7ff"), "a\ufffd");
});

Deno.test("damaged() damages", () => {
  const random = seeded(1);
  const texts = Array.from({ length: 50 }, () => damaged("one\ntwo\nthree\n", random));
  assert(new Set(texts).size > 25);
});
