// `alcaide version`: which program this is.

import { type Task, task } from "../lib/task/task.ts";
import { version as number } from "../lib/core/version.ts";
import type { Context } from "../lib/task/context.ts";

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
  const value = {
    version: number,
    binary: Deno.build.standalone,
    deno: Deno.version.deno,
    target: Deno.build.target,
  };
  const how = value.binary ? "binary, with" : "run by";
  ui.result(value, `alcaide ${number} (${how} Deno ${value.deno}, ${value.target})`);
  return Promise.resolve();
}
