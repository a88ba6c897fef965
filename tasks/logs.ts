// `alcaide logs`: what the app says.

import { UsageError } from "../lib/core/error.ts";
import { chooseServers } from "../lib/task/choose_servers.ts";
import { logOptions, serverOption } from "../lib/task/common_options.ts";
import { type Completion, processNames, scheduleNames } from "../lib/task/completion.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: nothing; the lines are events. */
export type Json = null;

/** Shows the app's log. */
export const logs: Task = task({
  description: "Show the app's log; -f follows it through restarts and deploys",
  group: "Look and run",
  args: [],
  options: {
    server: serverOption,
    ...logOptions,
    process: {
      type: "string",
      description: "The process, or one of its instances: worker, worker.2",
      complete: processNames,
    },
    release: {
      type: "string",
      description: "The log of this release, also one that failed; its id or number",
      complete: ({ allReleases }: Completion) => allReleases(),
    },
    schedule: { type: "string", description: "The log of this schedule", complete: scheduleNames },
  },
  examples: [
    "alcaide logs -n 20",
    "alcaide logs -f --grep ERROR",
    "alcaide logs --process worker",
    "alcaide logs --release 8 --since 1h",
    "alcaide logs --schedule cleanup",
  ],
  run: async (ctx) => {
    const { process, release, schedule, server } = ctx.options;
    const chosen = chooseServers(ctx, server, "all");
    if (schedule === undefined) {
      const { showProcessLogs } = await import("../lib/running/process_logs.ts");
      return await showProcessLogs(ctx, chosen, ctx.options, ctx.options);
    }
    if (release === undefined && process === undefined) {
      const { showScheduleLogs } = await import("../lib/running/logs.ts");
      return await showScheduleLogs(ctx, chosen, schedule, ctx.options);
    }
    throw new UsageError(
      `Cannot show the logs of a ${release === undefined ? "process" : "release"} and of a schedule at once`,
      {
        hint: "Leave one out",
      },
    );
  },
});
