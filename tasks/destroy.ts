// `alcaide destroy`: takes the app off its servers.

import { waitOption } from "../lib/deploy/app_locks.ts";
import { destroyApp } from "../lib/running/destroy.ts";
import type { Completion } from "../lib/task/completion.ts";
import { type Task, task } from "../lib/task/task.ts";

/** Takes the app off its servers. Volumes stay unless they are asked for. */
export const destroy: Task = task({
  description: "Take the app off its servers; volumes stay unless --volumes asks for them",
  group: "Deploy",
  args: [],
  options: {
    plan: { type: "boolean", description: "Print what would be removed and stop" },
    volumes: { type: "boolean", description: "Delete the app's volumes, too, after a second question" },
    yes: {
      type: "string",
      description: "The app's name: the answer to every question, for scripts",
      complete: async ({ config }: Completion) => [(await config()).app],
    },
    wait: waitOption,
  },
  examples: ["alcaide destroy --plan", "alcaide destroy", "alcaide destroy --yes shop --volumes"],
  run: (ctx) => destroyApp(ctx, ctx.options),
});
