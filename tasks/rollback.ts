// `alcaide rollback`: back to a release that was good, or forward again.

import { wholeConfig } from "../lib/config/field/missing.ts";
import { withSecrets } from "../lib/task/with_secrets.ts";
import type { Completion } from "../lib/task/completion.ts";
import { type Task, task } from "../lib/task/task.ts";
import { type RollbackSteps, rollbackSteps } from "../lib/deploy/steps/mod.ts";
import { waitOption } from "../lib/deploy/app_locks.ts";
import { listTargets, runRollback, showRollback } from "../lib/running/rollback.ts";
import type { DeployJson } from "../lib/running/carry_out.ts";
import type { PlannedJson } from "../lib/deploy/shown_steps.ts";
import type { Release } from "../lib/core/release.ts";

/** With `--json`: the release; with `--plan` the plan of each server, with `--list` the releases to go back to. */
export type Json = DeployJson | readonly PlannedJson[] | readonly Release[];

/** Goes back to the last good release before the live one, or to the one that is named. */
export const rollback: Task = rollbackWith(rollbackSteps);

/** A rollback with other steps. */
export function rollbackWith(steps: RollbackSteps): Task {
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
      plan: { type: "boolean", description: "Print what would happen and stop" },
      wait: waitOption,
      "current-env": { type: "boolean", description: "Use today's environment, not the release's own" },
    },
    examples: ["alcaide rollback", "alcaide rollback 3", "alcaide rollback --list"],
    run: async (bare) => {
      wholeConfig(bare.config);
      if (bare.options.list) return await listTargets(bare);
      // A release has its own environment with it; today's certificate goes for all.
      const site = ["tls", "proxy"] as const;
      const ctx = await withSecrets(bare, bare.options["current-env"] ? ["env", "servers", ...site] : site);
      return await (ctx.options.plan ? showRollback(ctx, steps) : runRollback(ctx, steps, ctx.options));
    },
  });
}
