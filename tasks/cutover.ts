// `alcaide cutover`: the traffic for the release that `alcaide deploy --prepare` left in the idle slot.

import { wholeConfig } from "../lib/config/field/missing.ts";
import { UsageError } from "../lib/core/error.ts";
import { planOption, switchOptions, waitOption } from "../lib/task/common_options.ts";
import type { DroppedJson } from "../lib/running/cutover.ts";
import type { WorkJson } from "../lib/task/show_steps.ts";
import { type Task, task } from "../lib/task/task.ts";
import type { DeployJson } from "../lib/running/carry_out.ts";
import type { PlannedJson } from "../lib/deploy/shown_steps.ts";

/** With `--json`: the release; with `--plan` the plan of each server. */
export type Json = DeployJson | readonly PlannedJson[] | DroppedJson | readonly WorkJson[];

/** Moves the traffic to the prepared release, or takes that back. */
export const cutover: Task = task({
  description: "Move the traffic to the release that deploy --prepare left waiting",
  group: "Deploy",
  args: [],
  options: {
    plan: planOption,
    drop: { type: "boolean", description: "Take the prepared release back instead" },
    ...switchOptions,
    wait: waitOption,
  },
  examples: ["alcaide deploy --prepare", "alcaide cutover", "alcaide cutover --drop"],
  run: async (bare) => {
    wholeConfig(bare.config);
    const { drop, plan, stages, at } = bare.options;
    if (drop && (stages !== undefined || at !== undefined)) {
      throw new UsageError("Cannot use --drop with --stages or --at", { hint: "Leave one out" });
    }
    const { dropPrepared, runCutover, showCutover, showDrop } = await import("../lib/running/cutover.ts");
    if (drop) return await (plan ? showDrop(bare) : dropPrepared(bare, bare.options.wait));
    // A release has its own environment with it; today's certificate goes for all.
    const { withSecrets } = await import("../lib/task/with_secrets.ts");
    const ctx = await withSecrets(bare, ["tls", "proxy"]);
    await (plan ? showCutover(ctx, bare.options) : runCutover(ctx, bare.options));
  },
});
