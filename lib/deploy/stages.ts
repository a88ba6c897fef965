// Moves the traffic in stages: some servers first, the others after a pause or a question.

import { AlcaideError } from "../core/error.ts";
import { duration } from "../core/text.ts";
import type { Context } from "../task/context.ts";
import type { Failure, Group, Join } from "../task/pipeline.ts";
import { pause } from "../transport/limits.ts";
import { joinScripts } from "./join_scripts.ts";
import type { DeployPlan, Switching } from "./plan/plan.ts";
import { stageName } from "./plan/stages.ts";
import type { DeployStep, Steps } from "./step.ts";

type Stages = NonNullable<Switching["stages"]>;

/**
 * Joins steps as usual, but those from `route` to the last commit: they are one group, which runs them stage by stage. So a
 * failure in any stage undoes them on all servers.
 */
export function joinStages(steps: Steps, stages: Stages): Join<Context, DeployPlan, DeployStep> {
  return ([first, ...rest]) => {
    const route = rest.findIndex((step) => step === steps["route"]);
    if (first !== steps["route"]) return joinScripts([first, ...route < 0 ? rest : rest.slice(0, route)]);
    const last = rest.findLastIndex(({ commit }) => commit === true);
    return switchGroup([first, ...rest.slice(0, last + 1)], stages);
  };
}

function switchGroup(steps: readonly DeployStep[], stages: Stages): Group<Context, DeployPlan> {
  return {
    count: steps.length,
    async run(ctx, plan, begin) {
      let reached = 0;
      for (const [index, stage] of stages.entries()) {
        try {
          if (index > 0) await between(ctx, plan, stageName(stages, index));
        } catch (cause) {
          return { cause, failed: 0, reached };
        }
        ctx.ui.info(`Now ${stageName(stages, index)}`);
        const servers = new Map([...plan.servers].filter(([server]) => stage.includes(server)));
        const failure = await inOrder(steps, ctx, { ...plan, servers }, begin);
        if (failure !== undefined) return { ...failure, reached: Math.max(reached, failure.reached) };
        reached = steps.length - 1;
      }
    },
  };
}

async function inOrder(
  steps: readonly DeployStep[],
  ctx: Context,
  plan: DeployPlan,
  begin: (step: number) => void,
): Promise<Failure | undefined> {
  for (let at = 0; at < steps.length;) {
    const [first, ...rest] = steps.slice(at);
    if (first === undefined) return;
    const { count, run } = joinScripts([first, ...rest]);
    const failure = await run(ctx, plan, (step) => begin(at + step));
    if (failure !== undefined) {
      return { cause: failure.cause, failed: at + failure.failed, reached: at + failure.reached };
    }
    at += count;
  }
}

/** Waits before a stage, or asks a person, where there is one. */
async function between(ctx: Context, { switching }: DeployPlan, stage: string): Promise<void> {
  const time = switching?.pause;
  if (time !== undefined) {
    if (time > 0) ctx.ui.step(`Wait ${duration(time)} before ${stage}`);
    return await pause(time, ctx.signal);
  }
  ctx.signal.throwIfAborted();
  if (ctx.ui.person === undefined || await ctx.confirm(`Go on with ${stage}?`)) return;
  throw new AlcaideError(`Stopped before ${stage}: the answer was no`);
}
