// The tasks that are about tasks: they know what the command line knows.

import { type Task, task } from "../task/task.ts";
import { helpValue, type TaskLists, taskTable } from "./help.ts";
import { completionScript, shells } from "./shells.ts";
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

/** Makes `alcaide tasks` and `alcaide completions`. */
export function taskTasks(lists: Lists): Readonly<Record<string, Task>> {
  return {
    tasks: task({
      description: "List the built-in tasks and those of your Alcaidefile",
      group,
      args: [],
      configless: true,
      examples: ["alcaide tasks", "alcaide tasks --json"],
      run: async (ctx) => {
        const found = await lists(ctx);
        ctx.ui.result(helpValue(found), taskTable(found));
      },
    }),
    completions: task({
      description: "Print a script that lets your shell complete tasks, options and values",
      group,
      args: [{ name: "shell", description: "The shell", choices: shells }],
      configless: true,
      examples: [
        "alcaide completions bash >~/.local/share/bash-completion/completions/alcaide",
        "alcaide completions fish >~/.config/fish/completions/alcaide.fish",
      ],
      run: ({ args: [shell], ui }) => {
        const text = completionScript(shell);
        ui.result({ shell, script: text } satisfies CompletionsJson, text.trimEnd());
        return Promise.resolve();
      },
    }),
  };
}
