// `alcaide promote`: more visitors for the canary that `alcaide deploy --canary` made, or all of them.

import { wholeConfig } from "../lib/config/field/missing.ts";
import type { PlannedJson } from "../lib/deploy/shown_steps.ts";
import type { DeployJson } from "../lib/running/carry_out.ts";
import { planOption, waitOption } from "../lib/task/common_options.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: the release; with `--plan` the plan of each server. */
export type Json = DeployJson | readonly PlannedJson[];

/** Gives a canary more visitors, or makes it the live release. */
export const promote: Task = task({
  description: "Give the canary more visitors, or all: then it is live",
  group: "Deploy",
  args: [{
    name: "share",
    description: "Percent (50), cookie=NAME or a part of the servers (3/5); without it all",
    optional: true,
  }],
  options: { plan: planOption, wait: waitOption },
  examples: ["alcaide deploy --canary 10", "alcaide promote 50", "alcaide promote"],
  run: async (bare) => {
    wholeConfig(bare.config);
    const [{ runPromote, showPromote }, { withSecrets }] = await Promise.all([
      import("../lib/running/canary.ts"),
      import("../lib/task/with_secrets.ts"),
    ]);
    const ctx = await withSecrets(bare, ["tls", "proxy"]);
    await (bare.options.plan ? showPromote(ctx) : runPromote(ctx, bare.options.wait));
  },
});
