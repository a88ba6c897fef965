// `alcaide restart`: ends processes of the live release and starts them again.

import { chooseServers } from "../lib/task/choose_servers.ts";
import { serverOption, waitOption } from "../lib/task/common_options.ts";
import { processNames } from "../lib/task/completion.ts";
import { type Task, task } from "../lib/task/task.ts";

/** A server with what was restarted there. */
export interface RestartJson {
  readonly server: string;
  /** Names of processes. */
  readonly restarted: readonly string[];
}

/** With `--json`: the servers. */
export type Json = readonly RestartJson[];

/** Restarts processes. */
export const restart: Task = task({
  description: "Restart the processes of the live release, or one; web is interrupted for a moment",
  group: "Deploy",
  args: [{
    name: "process",
    description: "The process; without it all",
    optional: true,
    complete: processNames,
  }],
  options: { server: serverOption, wait: waitOption },
  examples: ["alcaide restart worker", "alcaide restart"],
  run: async (ctx) => {
    const [name] = ctx.args;
    const { restartProcesses } = await import("../lib/running/processes.ts");
    return await restartProcesses(ctx, chooseServers(ctx, ctx.options.server, "all"), {
      name,
      wait: ctx.options.wait,
    });
  },
});
