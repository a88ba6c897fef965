// `alcaide version`: which program this is.

import { type Task, task } from "../lib/task/task.ts";
import { version as number } from "../lib/core/version.ts";
import type { Context } from "../lib/task/context.ts";

/** With `--json`: what runs. */
export interface Json {
  /** The version of Alcaide. */
  readonly version: string;
  /** True for a binary. Absent, as the fields below, with the option `--version`. */
  readonly binary?: boolean;
  /** The version of Deno. */
  readonly deno?: string;
  /** The machine, as in `aarch64-apple-darwin`. */
  readonly target?: string;
}

/** Says which version of what this is. */
export const version: Task = task({
  description: "Show the version of Alcaide and of Deno",
  group: "The program",
  args: [],
  examples: ["alcaide version", "alcaide --json version"],
  configless: true,
  run: runVersion,
});

function runVersion({ ui }: Context): Promise<void> {
  const value: Json = {
    version: number,
    binary: Deno.build.standalone,
    deno: Deno.version.deno,
    target: Deno.build.target,
  };
  const how = value.binary ? "binary, with" : "run by";
  ui.result(value, `alcaide ${number} (${how} Deno ${value.deno}, ${value.target})`);
  return Promise.resolve();
}
