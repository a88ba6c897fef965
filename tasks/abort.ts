// `alcaide abort`: the end of a canary. The live release answers all visitors again.

import type { AbortedJson } from "../lib/running/canary.ts";
import { planOption, waitOption } from "../lib/task/common_options.ts";
import type { WorkJson } from "../lib/task/show_steps.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: the servers; with `--plan` the steps of each. */
export type Json = AbortedJson | readonly WorkJson[];

/** Takes a canary back. */
export const abort: Task = task({
  description: "Take the canary back: the live release answers all visitors",
  group: "Deploy",
  args: [],
  options: { plan: planOption, wait: waitOption },
  run: async (ctx) => {
    const { runAbort, showAbort } = await import("../lib/running/canary.ts");
    await (ctx.options.plan ? showAbort(ctx) : runAbort(ctx, ctx.options.wait));
  },
});
