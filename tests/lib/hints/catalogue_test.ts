// The catalogue of known troubles and the tests say the same.

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { catalogue } from "../../errors/catalogue.ts";
import { deployFailures } from "../../errors/deploy_failures.ts";
import { said } from "../../errors/said.ts";
import { downloadFailures, laterFailures } from "../../errors/setup_failures.ts";
import { setupRefusals } from "../../errors/setup_refusals.ts";

const tests = fromFileUrl(new URL("../../", import.meta.url));
const shown = catalogue.flatMap((row) => ("shown" in row ? [row] : []));
const healed = shown.filter((row) => row.healed);

const counts = `${shown.length} of ${catalogue.length} rows shown (${
  shown.length - healed.length
} with message and remedy, ${healed.length} that the program copes with), ${
  catalogue.length - shown.length
} left out with reasons`;

Deno.test(`the catalogue: ${counts}`, () => {
  assertEquals(catalogue.map((row) => row.number), Array.from({ length: 65 }, (_, index) => index + 1));
  assert(shown.length - healed.length >= 40, counts);
});

Deno.test("the catalogue names tests that are there", async () => {
  const wrong: string[] = [];
  for (const { number, shown: [file, name] } of shown) {
    const text = await Deno.readTextFile(`${tests}${file}`).catch(() => "");
    if (![`"${name}"`, `"${name},`, `\`${name}`].some((quoted) => text.includes(quoted))) {
      wrong.push(`${number}: ${file} has no "${name}"`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("the catalogue leaves nothing out that a test shows", async () => {
  const listed = [...setupRefusals, ...downloadFailures, ...laterFailures, ...deployFailures, ...said];
  const titled = await Promise.all(
    ["errors_setup_test.ts", "errors_deploy_test.ts"].map((file) => Deno.readTextFile(`${tests}e2e/${file}`)),
  );
  const numbers = titled.flatMap((text) => [...text.matchAll(/part\("row ([\d, ]+):/g)])
    .flatMap(([, list = ""]) => list.split(", ").map(Number));
  const tried = new Set([...numbers, ...listed.flatMap(({ rows }) => rows)]);
  const known = new Set(shown.map(({ number }) => number));
  assertEquals([...tried].filter((number) => !known.has(number)), []);
});
