// halt: ends the old release's processes that never run beside the new ones, on all servers, before a new one starts.

import { quietWhen } from "../../task/step.ts";
import type { Context } from "../../task/context.ts";
import { scriptStep } from "../join_scripts.ts";
import type { DeployPlan, ServerPlan } from "../plan/plan.ts";
import type { DeployStep, StepView } from "../step.ts";
import { endProcesses } from "./retire.ts";

/** Ends them; they get their time. */
export const halt: DeployStep = quietWhen<Context, DeployPlan, DeployStep>(
  scriptStep({
    title: "Stop the old processes that run alone",
    barrier: true,
    script: (view: StepView) => endProcesses(view, aloneOf(view.plan, view)),
  }),
  (_, plan) => [...plan.servers.values()].every((one) => aloneOf(plan, one).length === 0),
);

/** A process runs alone on all servers when either release says so on one. */
function aloneOf({ servers }: DeployPlan, { previous }: Pick<ServerPlan, "previous">): string[] {
  const all = [...servers.values()].flatMap(({ app: { processes = [] }, previous }) => [
    ...processes,
    ...previous?.declared.processes ?? [],
  ]);
  const alone = new Set(all.filter((one) => one.alone).map(({ name }) => name));
  return (previous?.declared.processes ?? []).map(({ name }) => name).filter((name) => alone.has(name));
}
