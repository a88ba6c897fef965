// `alcaide restart`: ends processes of the live release and starts them again.

import type { RestartJson } from "../lib/running/restart.ts";
import { chooseServers } from "../lib/task/choose_servers.ts";
import { planOption, serverOption, waitOption } from "../lib/task/common_options.ts";
import { processNames } from "../lib/task/completion.ts";
import type { WorkJson } from "../lib/task/show_steps.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: the servers; with `--plan` the steps of each. */
export type Json = readonly RestartJson[] | readonly WorkJson[];

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
  options: { plan: planOption, server: serverOption, wait: waitOption },
  examples: ["alcaide restart worker", "alcaide restart"],
  run: async (ctx) => {
    const { args: [name], options: { plan, server, wait } } = ctx;
    const chosen = chooseServers(ctx, server, "all");
    const { restartProcesses, showRestart } = await import("../lib/running/restart.ts");
    await (plan ? showRestart(ctx, chosen, name) : restartProcesses(ctx, chosen, { name, wait }));
  },
});
