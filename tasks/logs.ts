// `alcaide logs`: what the app says.

import { showLogs } from "../lib/running/logs.ts";
import type { Completion } from "../lib/task/completion.ts";
import { chooseServers, serverOption } from "../lib/task/choose_servers.ts";
import type { TaskOption } from "../lib/task/arguments.ts";
import { type Task, task } from "../lib/task/task.ts";

/** The lines of a log to show. */
export const logOptions = {
  follow: { type: "boolean", short: "f", description: "Follow the log: show new lines as they come" },
  lines: {
    type: "number",
    short: "n",
    description: "Number of last lines to show: 100, or with --since all",
  },
  grep: { type: "string", description: "Only lines that match this regular expression" },
  since: {
    type: "string",
    description: "Only what was printed since then: 10m, 2h, 1d; by the times in the lines",
  },
} as const satisfies Readonly<Record<string, TaskOption>>;

/** Shows the app's log. */
export const logs: Task = task({
  description: "Show the app's log; -f follows it through restarts and deploys",
  group: "Look and run",
  args: [],
  options: {
    server: serverOption,
    ...logOptions,
    release: {
      type: "string",
      description: "The log of this release, also one that failed; its id or number",
      complete: ({ releases }: Completion) => releases(),
    },
  },
  examples: ["alcaide logs -n 20", "alcaide logs -f --grep ERROR", "alcaide logs --release 8 --since 1h"],
  run: (ctx) =>
    showLogs(ctx, chooseServers(ctx, ctx.options.server, "all"), ctx.options, ctx.options.release),
});
