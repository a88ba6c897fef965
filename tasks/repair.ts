// `alcaide repair`: finishes or undoes what is half done on the servers.

import { waitOption } from "../lib/task/common_options.ts";
import type { RepairJson } from "../lib/running/repair.ts";
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
  run: async (ctx) => {
    const { runRepair, showRepairs } = await import("../lib/running/repair.ts");
    return await (ctx.options.plan ? showRepairs(ctx) : runRepair(ctx, ctx.options.wait));
  },
});
