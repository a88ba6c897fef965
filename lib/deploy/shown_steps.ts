// The steps of a deploy or a rollback, and what each would run.

import type { Command } from "../core/sh.ts";
import type { Context } from "../task/context.ts";
import { type ShownStep, type StepJson, stepRows, stepsJson } from "../task/show_steps.ts";
import { isScript } from "./join_scripts.ts";
import type { DeployPlan } from "./plan/plan.ts";
import { type PlanJson, planJson, planText, withoutToken } from "./plan/show.ts";
import { stepsOf } from "./switching.ts";
import { type DeployStep, type Steps, type StepView, viewsOf } from "./step.ts";

async function shownStep(step: DeployStep, views: Iterable<StepView>): Promise<ShownStep> {
  const scripts = new Map<string, readonly string[]>();
  for (const view of views) {
    const commands = await scriptsOf(step, view);
    scripts.set(view.server.name, commands.map(({ shown }) => withoutToken(shown, view)));
  }
  return { title: step.title, reason: step.reason, scripts };
}

async function scriptsOf(step: DeployStep, view: StepView): Promise<readonly Command[]> {
  if (!isScript(step)) return step.preview?.(view) ?? [];
  return (await step.script?.(view) ?? []).map(({ script }) => script);
}

/** With `--plan`: what would happen on a server. */
export interface PlannedJson extends PlanJson {
  /** The steps that have something to do. */
  readonly steps: readonly StepJson[];
}

/** Says what a plan would do, step by step; with `--verbose` also what the steps would run. */
export async function tellPlan(ctx: Context, plan: DeployPlan, steps: Steps): Promise<void> {
  const { verbose } = ctx.ui;
  const views = [...viewsOf(ctx, plan).values()];
  const busy = Object.values(stepsOf(steps, plan)).filter((step) => !step.idle?.(ctx, plan));
  const shown = await Promise.all(busy.map((step) => shownStep(step, views)));
  const value = planJson(plan).map((one) => ({ ...one, steps: stepsJson(shown, one.server, verbose) }));
  ctx.ui.result(
    value satisfies PlannedJson[],
    [planText(plan), "", "Steps:", ...stepRows(shown, verbose)].join("\n"),
  );
}
