// `alcaide ci`: a workflow for a CI system. It overwrites nothing.

import { dirname, join } from "node:path";
import { type Outcome, unwritable } from "../lib/init/gitignore.ts";
import { workflow, workflowSystems } from "../lib/init/workflow.ts";
import { writeNew } from "../lib/init/write_new.ts";
import type { Context } from "../lib/task/context.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: what was written, and what is left to do. */
export interface Json {
  /** The files: written or left alone. */
  readonly files: Readonly<Record<string, Outcome>>;
  /** The settings that the workflow needs in the CI system, as `NAME: MEANING`. */
  readonly settings: readonly string[];
}

/** Writes a workflow that comments plans and deploys tags. */
export const ci: Task = task({
  description: "Write a CI workflow: plans as comments, tags deployed",
  group: "Begin",
  args: [{ name: "system", description: "The CI system", choices: workflowSystems }],
  configless: true,
  examples: ["alcaide ci github"],
  run: (ctx) => runCi(ctx, ctx.args[0]),
});

async function runCi({ directory, ui }: Context, system: typeof workflowSystems[number]): Promise<void> {
  const { path, text, settings } = workflow(system);
  const whole = join(directory, path);
  await Deno.mkdir(dirname(whole), { recursive: true }).catch((cause) => {
    throw unwritable(whole, cause);
  });
  const outcome = await writeNew(whole, text);
  ui.info(`${path}: ${outcome}`);
  const next = ["Set in the CI system's settings:", ...settings.map((line) => `  ${line}`)].join("\n");
  ui.result({ files: { [path]: outcome }, settings } satisfies Json, next, { prose: true });
}
