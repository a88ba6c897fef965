// `alcaide rollback`: back to a release that was good, or forward again.

import { wholeConfig } from "../lib/config/field/missing.ts";
import type { Completion } from "../lib/task/completion.ts";
import { type Task, task } from "../lib/task/task.ts";
import type { RollbackSteps } from "../lib/deploy/steps/mod.ts";
import { planOption, waitOption } from "../lib/task/common_options.ts";
import type { DeployJson } from "../lib/running/carry_out.ts";
import type { PlannedJson } from "../lib/deploy/shown_steps.ts";
import type { Release } from "../lib/core/release.ts";

/** With `--json`: the release; with `--plan` the plan of each server, with `--list` the releases to go back to. */
export type Json = DeployJson | readonly PlannedJson[] | readonly Release[];

/** Goes back to the last good release before the live one, or to the one that is named. */
export const rollback: Task = rollbackBy(async () =>
  (await import("../lib/deploy/steps/mod.ts")).rollbackSteps
);

/** A rollback with other steps. */
export function rollbackWith(steps: RollbackSteps): Task {
  return rollbackBy(() => Promise.resolve(steps));
}

function rollbackBy(read: () => Promise<RollbackSteps>): Task {
  return task({
    description: "Go back to the last good release or to a named one; nothing is built",
    group: "Deploy",
    args: [{
      name: "release",
      description: "Its id or number",
      optional: true,
      complete: ({ releases }: Completion) => releases(),
    }],
    options: {
      list: { type: "boolean", description: "List the releases to go back to" },
      plan: planOption,
      wait: waitOption,
      "current-env": { type: "boolean", description: "Use today's environment, not the release's own" },
    },
    examples: ["alcaide rollback", "alcaide rollback 3", "alcaide rollback --list"],
    run: async (bare) => {
      wholeConfig(bare.config);
      const { listTargets, runRollback, showRollback } = await import("../lib/running/rollback.ts");
      if (bare.options.list) return await listTargets(bare);
      // A release has its own environment with it; today's certificate goes for all.
      const site = ["tls", "proxy"] as const;
      const [steps, { withSecrets }] = await Promise.all([read(), import("../lib/task/with_secrets.ts")]);
      const ctx = await withSecrets(bare, bare.options["current-env"] ? ["env", "servers", ...site] : site);
      return await (ctx.options.plan ? showRollback(ctx, steps) : runRollback(ctx, steps, ctx.options));
    },
  });
}
