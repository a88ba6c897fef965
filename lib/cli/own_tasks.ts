// The tasks that are about tasks: they know what the command line knows.

import type { ProgramTask } from "../task/late_task.ts";
import { foldFor } from "./fold.ts";
import { helpValue, type TaskLists, taskTable } from "./help.ts";
import { completionScript, type Shell, shells } from "./shells.ts";
import type { Context } from "../task/context.ts";

/** With `--json`: the script. */
export interface CompletionsJson {
  /** The shell. */
  readonly shell: string;
  /** Its text. */
  readonly script: string;
}

/** Finds all tasks there are, also those of the Alcaidefile. */
export type Lists = (ctx: Pick<Context, "ui" | "options">) => Promise<TaskLists>;

const group = "The program";

/** Makes `alcaide tasks` and `alcaide completions`: not by `task()`, which no start loads. */
export function taskTasks(lists: Lists): Readonly<Record<string, ProgramTask>> {
  const tasks: ProgramTask = async (ctx) => {
    const found = await lists(ctx);
    ctx.ui.result(helpValue(found), foldFor(ctx.ui, taskTable(found)));
  };
  const completions: ProgramTask = ({ args: [word], ui }) => {
    const shell = word as Shell;
    const script = completionScript(shell);
    ui.result({ shell, script } satisfies CompletionsJson, script.trimEnd());
    return Promise.resolve();
  };
  return {
    tasks: Object.assign(tasks, {
      description: "List the built-in tasks and those of your Alcaidefile",
      group,
      args: [],
      configless: true,
      examples: ["alcaide tasks", "alcaide tasks --json"],
    }),
    completions: Object.assign(completions, {
      description: "Print a script that lets your shell complete tasks, options and values",
      group,
      args: [{ name: "shell", description: "The shell", choices: shells }],
      configless: true,
      examples: [
        "alcaide completions bash >~/.local/share/bash-completion/completions/alcaide",
        "alcaide completions fish >~/.config/fish/completions/alcaide.fish",
      ],
    }),
  };
}
