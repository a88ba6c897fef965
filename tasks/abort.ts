// `alcaide abort`: the end of a canary. The live release answers all visitors again.

import type { AbortedJson } from "../lib/running/canary.ts";
import { waitOption } from "../lib/task/common_options.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: the servers. */
export type Json = AbortedJson;

/** Takes a canary back. */
export const abort: Task = task({
  description: "Take the canary back: the live release answers all visitors",
  group: "Deploy",
  args: [],
  options: { wait: waitOption },
  run: async (ctx) => await (await import("../lib/running/canary.ts")).runAbort(ctx, ctx.options.wait),
});
