// `alcaide status`: what is live where.

import { serverOption } from "../lib/task/choose_servers.ts";
import { type Task, task } from "../lib/task/task.ts";
import { type ServerStatus, showStatus } from "../lib/running/status.ts";

/** With `--json`: the servers. */
export type Json = readonly ServerStatus[];

/** Shows what is live where. */
export const status: Task = task({
  description: "Show the live release of each server, since when, by whom",
  group: "Look and run",
  args: [],
  options: { server: serverOption },
  run: (ctx) => showStatus(ctx, ctx.options.server),
});
