// `alcaide deploy`: a new release beside the old one, checked, then the traffic moved to it.

import { wholeConfig } from "../lib/config/field/missing.ts";
import type { DeploySteps } from "../lib/deploy/steps/mod.ts";
import { planOption, switchOptions, takeOverOption, waitOption } from "../lib/task/common_options.ts";
import { checkSteps } from "../lib/task/step.ts";
import { type Task, task } from "../lib/task/task.ts";
import type { DeployJson } from "../lib/running/carry_out.ts";
import type { PlannedJson } from "../lib/deploy/shown_steps.ts";

/** With `--json`: the release; with `--plan` the plan of each server. */
export type Json = DeployJson | readonly PlannedJson[];

/** Deploys a new release; the old one serves until the new one is proven. */
export const deploy: Task = deployBy(async () => (await import("../lib/deploy/steps/mod.ts")).deploySteps);

/**
 * A deploy with other steps.
 *
 * @example
 * ```ts ignore
 * import { deploySteps, deployWith } from "alcaide";
 *
 * export const ship = deployWith({
 *   ...deploySteps,
 *   migrate: { title: "Skip migrations", run: async () => {} },
 * });
 * ```
 */
export function deployWith(steps: DeploySteps): Task {
  checkSteps(steps, "deployWith");
  return deployBy(() => Promise.resolve(steps));
}

function deployBy(read: () => Promise<DeploySteps>): Task {
  return task({
    description: "Deploy a new release; the old one serves until the new one is proven",
    group: "Deploy",
    args: [],
    options: {
      plan: planOption,
      dirty: { type: "boolean", description: "Include changes that are not committed" },
      rebuild: {
        type: "boolean",
        description: "Make build, build jail and image anew, though they are there from before",
      },
      prepare: {
        type: "boolean",
        description: 'Prepare and check the release, and leave the traffic to "alcaide cutover"',
      },
      canary: {
        type: "string",
        description: "Give it only a part of the visitors: 10 (percent), cookie=NAME, 1/5 (of the servers)",
      },
      ...switchOptions,
      "take-over": takeOverOption,
      wait: waitOption,
    },
    run: async (bare) => {
      wholeConfig(bare.config);
      const { withSecrets } = await import("../lib/task/with_secrets.ts");
      // Before anything is touched: a key that is missing stops neither half-way nor another's deploy.
      const ctx = await withSecrets(bare);
      const [steps, { runDeploy, showDeploy }] = await Promise.all([
        read(),
        import("../lib/running/deploy.ts"),
      ]);
      await (bare.options.plan ? showDeploy(ctx, steps, bare.options) : runDeploy(ctx, steps, bare.options));
    },
  });
}
