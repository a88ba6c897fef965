// `alcaide status`: what is live where.

import { serverOption } from "../lib/task/common_options.ts";
import { type Task, task } from "../lib/task/task.ts";
import type { ServerStatus } from "../lib/running/status.ts";

/** With `--json`: the servers. */
export type Json = readonly ServerStatus[];

/** Shows what is live where. */
export const status: Task = task({
  description: "Show the live release of each server, since when, by whom",
  group: "Look and run",
  args: [],
  options: { server: serverOption },
  run: async (ctx) => await (await import("../lib/running/status.ts")).showStatus(ctx, ctx.options.server),
});
