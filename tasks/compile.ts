// `alcaide compile`: one binary of Alcaide, an Alcaidefile and all that it imports.

import { findAlcaidefile } from "../lib/cli/find_file.ts";
import { noAlcaidefile } from "../lib/cli/program.ts";
import type { BinaryJson } from "../lib/standalone/make_binary.ts";
import { targetNames } from "../lib/standalone/targets.ts";
import { globalsOf } from "../lib/task/options.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: the binary. */
export type Json = BinaryJson;

/** Compiles the Alcaidefile and this program into one binary. */
export const compile: Task = task({
  description: "Make one binary of Alcaide, your Alcaidefile and its imports",
  group: "The program",
  args: [],
  options: {
    output: {
      type: "string",
      short: "o",
      description: "The file to write; default: named like the directory",
    },
    target: { type: "string", description: `The machine to compile for: ${targetNames.join(", ")}` },
  },
  examples: ["alcaide compile", "alcaide compile -o shop --target linux-x64"],
  configless: true,
  run: async (ctx) => {
    const { directory, options } = ctx;
    const file = await findAlcaidefile(directory, globalsOf(ctx).config);
    if (file === undefined) throw noAlcaidefile(directory);
    const { makeBinary } = await import("../lib/standalone/make_binary.ts");
    await makeBinary(ctx, file, options);
  },
});
