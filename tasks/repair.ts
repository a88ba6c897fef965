// `alcaide repair`: finishes or undoes what is half done on the servers.

import { waitOption } from "../lib/deploy/app_locks.ts";
import { type RepairJson, runRepair, showRepairs } from "../lib/running/repair.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: what was half done. */
export type Json = RepairJson;

/** Finishes or undoes what is half done. */
export const repair: Task = task({
  description: "Finish or undo what an interrupted deploy left half done",
  group: "Deploy",
  args: [],
  options: {
    plan: { type: "boolean", description: "Print what is half done and stop" },
    wait: waitOption,
  },
  examples: ["alcaide repair --plan", "alcaide repair"],
  run: (ctx) => ctx.options.plan ? showRepairs(ctx) : runRepair(ctx, ctx.options.wait),
});
