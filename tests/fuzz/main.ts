/** `deno task fuzz [--seed N] [--cases N] [--only SUBJECT]`: tries random inputs and prints a table. */

import { parseArgs } from "@std/cli/parse-args";
import { fuzz, type Row } from "./fuzz.ts";

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

function rowText({ name, cases, accepted, refused, milliseconds, failures }: Row): string {
  const seconds = (milliseconds / 1000).toFixed(1);
  return `${name.padEnd(16)}${
    [cases, accepted, refused, failures.length, seconds].map((n) => `${n}`.padStart(10)).join("")
  }`;
}

const flags = parseArgs(Deno.args, { string: ["seed", "cases", "only"] }) as Readonly<
  Partial<Record<string, string>>
>;
const seed = Number(flags["seed"] ?? Math.floor(Math.random() * 1e6));
const began = Date.now();
say(`seed ${seed}`);
say(
  `${"subject".padEnd(16)}${
    ["cases", "accepted", "refused", "failed", "seconds"].map((w) => w.padStart(10)).join("")
  }`,
);
const rows = await fuzz({
  seed,
  cases: flags["cases"] === undefined ? undefined : Number(flags["cases"]),
  only: flags["only"],
  told: (row) => say([rowText(row), ...row.failures].join("\n")),
});
const failed = rows.reduce((sum, { failures }) => sum + failures.length, 0);
const cases = rows.reduce((sum, { accepted, refused }) => sum + accepted + refused, failed);
say(`seed ${seed}: ${cases} cases, ${failed} failed, ${((Date.now() - began) / 1000).toFixed(0)} s`);
Deno.exit(failed > 0 ? 1 : 0);
