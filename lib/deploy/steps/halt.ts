// halt: ends the old release's processes that never run beside the new ones, on all servers, before a new one starts.

import { stopProcesses } from "../../commands/app/processes.ts";
import { quietWhen } from "../../task/step.ts";
import type { Context } from "../../task/context.ts";
import { scriptStep } from "../join_scripts.ts";
import type { DeployPlan, ServerPlan } from "../plan/plan.ts";
import { type DeployStep, partTimeout, shownBy, type StepView } from "../step.ts";
import { warnOfKilled } from "./retire.ts";

/** Ends them; they get their time. */
export const halt: DeployStep = quietWhen<Context, DeployPlan, DeployStep>(
  scriptStep({
    title: "Stop the old processes that run alone",
    barrier: true,
    script: (view: StepView) => {
      const { ctx, server, plan, previous } = view;
      const names = aloneOf(plan, view);
      if (previous === undefined || names.length === 0) return [];
      const onLine = (line: string) => {
        if (!warnOfKilled(view, line)) shownBy(ctx, server)(line);
      };
      const timeout = partTimeout + 1000 * (previous.jail.stopTimeout ?? 0);
      return [{ script: stopProcesses(previous.jail, names), timeout, onLine }];
    },
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
