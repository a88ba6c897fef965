/**
 * The steps of a deploy or a rollback, and what each would run.
 *
 * @module
 */

import type { Command } from "../core/sh.ts";
import type { Context } from "../task/context.ts";
import { isScript } from "../task/join_scripts.ts";
import { type ShownStep, stepRows } from "../task/show_steps.ts";
import type { DeployPlan } from "./plan/plan.ts";
import { planJson, planText } from "./plan/show.ts";
import type { DeployStep, DeployView } from "./step.ts";

/** The steps of a plan for people. */
export function shownSteps(
  ctx: Context,
  plan: DeployPlan,
  steps: Readonly<Record<string, DeployStep>>,
): Promise<ShownStep[]> {
  return Promise.all(
    Object.values(steps).map(async (step) => {
      const scripts = new Map<string, readonly Command[]>();
      for (const [server, target] of plan.servers) {
        scripts.set(server.name, await scriptsOf(step, { ctx, plan, server, target }));
      }
      return { title: step.title, reason: step.reason, scripts };
    }),
  );
}

async function scriptsOf(step: DeployStep, view: DeployView): Promise<readonly Command[]> {
  if (!isScript(step)) return step.preview?.(view) ?? [];
  return (await step.script?.(view) ?? []).map(({ script }) => script);
}

/** Says what a plan would do: for people with its steps, and with `--verbose` with what they would run. */
export async function tellPlan(
  ctx: Context,
  plan: DeployPlan,
  steps: Readonly<Record<string, DeployStep>>,
): Promise<void> {
  const rows = stepRows(await shownSteps(ctx, plan, steps), ctx.ui.verbose);
  ctx.ui.result(planJson(plan), [planText(plan), "", "Steps:", ...rows].join("\n"));
}
