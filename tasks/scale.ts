// `alcaide scale`: how many of a process run, until the next deploy.

import { chooseServers } from "../lib/task/choose_servers.ts";
import { serverOption, waitOption } from "../lib/task/common_options.ts";
import { type Completion, processNames } from "../lib/task/completion.ts";
import { type Task, task } from "../lib/task/task.ts";

/** A process on a server. */
export interface ScaleJson {
  readonly server: string;
  readonly process: string;
  /** The number that runs until the next deploy. */
  readonly instances: number;
}

/** With `--json`: each process on each server. */
export type Json = readonly ScaleJson[];

/** Changes how many of a process run. */
export const scale: Task = task({
  description: "Change how many of a process run, until the next deploy: scale worker=3",
  group: "Deploy",
  args: [{
    name: "wish",
    description: "Process and number: worker=3; 0 ends it",
    rest: true,
    complete: async (about: Completion) =>
      (await processNames(about)).filter((name) => name !== "web").map((name) => `${name}=`),
  }],
  options: { server: serverOption, wait: waitOption },
  examples: ["alcaide scale worker=3", "alcaide scale worker=0 mailer=2"],
  run: async (ctx) => {
    const { parseWishes, scaleProcesses } = await import("../lib/running/processes.ts");
    const wishes = parseWishes(ctx.args);
    return await scaleProcesses(ctx, chooseServers(ctx, ctx.options.server, "all"), {
      wishes,
      wait: ctx.options.wait,
    });
  },
});
