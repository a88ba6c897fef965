// `alcaide abort`: the end of a canary. The live release answers all visitors again.

import { waitOption } from "../lib/deploy/app_locks.ts";
import { type AbortedJson, runAbort } from "../lib/running/canary.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: the servers. */
export type Json = AbortedJson;

/** Takes a canary back. */
export const abort: Task = task({
  description: "Take the canary back: the live release answers all visitors",
  group: "Deploy",
  args: [],
  options: { wait: waitOption },
  run: (ctx) => runAbort(ctx, ctx.options.wait),
});
