// processes: starts the release's other processes, then ends those of the old one.

import { parseService, servicesOf, startServices, watchServices } from "../../commands/app/processes.ts";
import { downText } from "../../hints/processes.ts";
import { quietWhen } from "../../task/step.ts";
import type { Context } from "../../task/context.ts";
import { scriptStep } from "../join_scripts.ts";
import type { DeployPlan, ServerPlan } from "../plan/plan.ts";
import type { DeployStep, StepView } from "../step.ts";
import { endProcesses } from "./retire.ts";

/** Starts and ends them, once the release has the traffic for good. */
export const processes: DeployStep = quietWhen<Context, DeployPlan, DeployStep>(
  scriptStep({
    title: "Start the other processes",
    barrier: true,
    script: (view: StepView) => {
      const { app: { app, processes = [] }, jail, release, previous } = view;
      const services = processes.filter(({ startBefore }) => !startBefore).flatMap(servicesOf);
      const old = (previous?.declared.processes ?? []).map(({ name }) => name);
      return [
        ...services.length === 0 ? [] : [
          { script: startServices(jail, services) },
          {
            script: watchServices(jail, { app, release }, services, { strict: false }),
            looks: true,
            onLine: downs(view),
          },
        ],
        ...endProcesses(view, old),
      ];
    },
  }),
  (_, plan) => [...plan.servers.values()].every((one) => count(one) === 0),
);

function count({ app: { processes = [] }, previous }: ServerPlan): number {
  return processes.length + (previous?.declared.processes.length ?? 0);
}

/** The release is live all the same: that a process does not stay up is said, and is the deploy's failure at its end. */
function downs({ ctx, plan, server }: StepView): (line: string) => void {
  return (line) => {
    const [, service] = /^down (\S+)$/.exec(line) ?? [];
    const found = service === undefined ? undefined : parseService(service);
    if (found === undefined) {
      return line.startsWith("| ") ? ctx.ui.line(server.name, line.slice(2)) : undefined;
    }
    const text = downText(server.name, found);
    plan.outcome.down.push(text);
    ctx.ui.warn(text, `Its last lines follow; all of them: alcaide logs --process ${found.name}`);
  };
}
