// retire: stops the old release and keeps its jail, which is what a rollback goes back to.

import { stopApp } from "../../commands/app/app.ts";
import { stopJail } from "../../commands/jail/jail.ts";
import { killedService, stopProcesses } from "../../commands/app/processes.ts";
import { endRelease } from "../../commands/journal.ts";
import { refuseLive } from "../../commands/live.ts";
import { script } from "../../core/script.ts";
import { certificatesAfter } from "../certificates.ts";
import { scriptStep } from "../join_scripts.ts";
import { type DeployStep, type Part, partTimeout, shownBy, type StepView, stopLimit } from "../step.ts";

/** Takes the lines of what stops services: warns of those that had to be killed, and shows the others. */
function stopping({ ctx, server }: StepView): (line: string) => void {
  return (line) => {
    const killed = killedService(line);
    if (killed === undefined) return shownBy(ctx, server)(line);
    const where = killed.process === "" ? server.name : `${server.name}, ${killed.process}`;
    ctx.ui.warn(
      `${where}: the old release did not end when it was asked to, and was killed after ${killed.seconds} s`,
      "Raise stopTimeout, or let the app end when it gets SIGTERM",
    );
  };
}

/** A part that ends processes of the old release; nothing where there are none. */
export function endProcesses(view: StepView, names: readonly string[]): Part[] {
  const { previous } = view;
  if (previous === undefined || names.length === 0) return [];
  const timeout = partTimeout + 1000 * (previous.jail.stopTimeout ?? 0);
  return [{ script: stopProcesses(previous.jail, names), timeout, onLine: stopping(view) }];
}

/** Stops the old release, and writes down what other releases have become. */
export const retire: DeployStep = scriptStep({
  title: "Retire the old release",
  script: (view: StepView) => {
    const { plan, app: { app }, previous, retire } = view;
    const stopped = previous
      ? [refuseLive(app, previous.slot), stopApp(previous.jail), stopJail(previous.jail)]
      : [];
    const all = [...stopped, ...retire.map(endRelease), ...certificatesAfter(plan.config, view)];
    return all.length === 0
      ? []
      : [{ script: script(...all), timeout: stopLimit(previous?.jail ?? {}), onLine: stopping(view) }];
  },
});
