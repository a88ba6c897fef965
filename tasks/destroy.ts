// `alcaide destroy`: takes the app off its servers, or undoes `setup` where no app is left.

import { UsageError } from "../lib/core/error.ts";
import { waitOption } from "../lib/task/common_options.ts";
import type { DestroyJson } from "../lib/running/destroy.ts";
import type { Completion } from "../lib/task/completion.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: the servers. */
export type Json = readonly DestroyJson[];

/** Takes the app off its servers. Volumes stay unless they are asked for. */
export const destroy: Task = task({
  description: "Take the app off its servers, volumes only with --volumes; or undo setup with --server",
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
    server: { type: "boolean", description: "Undo setup, on servers that have no app any more" },
    wait: waitOption,
  },
  examples: [
    "alcaide destroy --plan",
    "alcaide destroy",
    "alcaide destroy --yes shop --volumes",
    "alcaide destroy --server",
  ],
  run: async (ctx) => {
    const { server, volumes } = ctx.options;
    if (!server) return await (await import("../lib/running/destroy.ts")).destroyApp(ctx, ctx.options);
    if (!volumes) {
      return await (await import("../lib/running/destroy_server.ts")).destroyServers(ctx, ctx.options);
    }
    throw new UsageError("Cannot use --volumes with --server", {
      hint: "Volumes go with their app, or stay",
    });
  },
});
