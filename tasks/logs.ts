// `alcaide logs`: what the app says.

import { showLogs } from "../lib/running/logs.ts";
import { chooseServers, serverOption } from "../lib/task/choose_servers.ts";
import type { TaskOption } from "../lib/task/arguments.ts";
import { type Task, task } from "../lib/task/task.ts";

/** The lines of a log to show. */
export const logOptions = {
  follow: { type: "boolean", short: "f", description: "Follow the log: show new lines as they come" },
  lines: { type: "number", short: "n", description: "Number of last lines to show", default: 100 },
  grep: { type: "string", description: "Only lines that match this regular expression" },
} as const satisfies Readonly<Record<string, TaskOption>>;

/** Shows the app's log. */
export const logs: Task = task({
  description: "Show the app's log; -f follows it through restarts and deploys",
  group: "Look and run",
  args: [],
  options: { server: serverOption, ...logOptions },
  examples: ["alcaide logs -n 20", "alcaide logs -f --grep ERROR"],
  run: (ctx) => showLogs(ctx, chooseServers(ctx, ctx.options.server, "all"), ctx.options),
});
