/** How long the program takes to begin, beside the shortest programs of its runtime. */

import { join } from "@std/path";
import { compile } from "../../lib/standalone/deno.ts";
import { compilingDeno } from "../../scripts/compile.ts";
import { repository } from "../e2e/place.ts";
import { runQuietly } from "./loopback.ts";
import { inTurns, median, type Times } from "./measure.ts";
import { type Finding, type Part, ratioRow } from "./row.ts";

const rounds = 15;
const binary = join(repository, "dist", "alcaide");
const words = {
  "--help": ["--help"],
  "--version": ["--version"],
  "the completion of a word": ["__complete", "--", ""],
};

/** The part of the benchmark. */
export const start: Part = {
  name: "start",
  description:
    "`alcaide --help` against `deno eval ''`, and the binary in dist/ against one of an empty program",
  unavailable: () => undefined,
  run: measure,
};

async function measure(say: (text: string) => void): Promise<Finding> {
  const program = join(repository, "cli.ts");
  const { ours, deno } = await inTurns(rounds, {
    ours: () => runQuietly(Deno.execPath(), ["run", "-A", "--quiet", program, "--help"]),
    deno: () => runQuietly(Deno.execPath(), ["eval", ""]),
  });
  const there = await Deno.stat(binary).then(() => true, () => false);
  if (there) say("the binary");
  const compiled = there ? await binaryTimes() : undefined;
  return {
    rows: [
      ratioRow("alcaide --help, deno eval '' beside it", median(ours), median(deno), 2),
      ...Object.keys(compiled === undefined ? {} : words).map((what) =>
        ratioRow(
          `the binary's ${what}, an empty program beside it`,
          median(compiled?.[what] ?? []),
          median(compiled?.["empty"] ?? []),
          1.3,
        )
      ),
    ],
    values: { rounds, ours, deno, ...compiled },
    notes: [
      `Medians of ${rounds} in turns, with everything cached.`,
      ...there ? [] : ['Without the binary: "deno task compile" makes it.'],
    ],
  };
}

/** The binary and one that does nothing, of the same runtime. */
async function binaryTimes(): Promise<Record<string, Times>> {
  const work = await Deno.makeTempDir({ prefix: "alcaide-bench-" });
  try {
    const [entry, empty] = [join(work, "empty.js"), join(work, "empty")];
    await Deno.writeTextFile(entry, "");
    await compile({ entry, output: empty, target: undefined }, { deno: await compilingDeno() });
    // Where there is no Alcaidefile, so that none is read.
    const run = (args: readonly string[]) =>
      runQuietly("sh", ["-c", 'cd "$0" && "$@"', work, binary, ...args]);
    return await inTurns(rounds, {
      ...Object.fromEntries(Object.entries(words).map(([what, args]) => [what, () => run(args)])),
      empty: () => runQuietly("sh", ["-c", 'cd "$0" && "$@"', work, empty]),
    });
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}
