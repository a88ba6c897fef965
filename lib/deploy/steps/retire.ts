// retire: stops the old release and keeps its jail, which is what a rollback goes back to.

import { stopApp } from "../../commands/app/app.ts";
import { stopJail } from "../../commands/jail/jail.ts";
import { killedService } from "../../commands/app/processes.ts";
import { endRelease } from "../../commands/journal.ts";
import { refuseLive } from "../../commands/live.ts";
import { script } from "../../core/script.ts";
import { certificatesAfter } from "../certificates.ts";
import { scriptStep } from "../join_scripts.ts";
import { type DeployStep, shownBy, type StepView, stopLimit } from "../step.ts";

/** Warns of a line that says that a service had to be killed; tells whether it does. */
export function warnOfKilled({ ctx, server }: Pick<StepView, "ctx" | "server">, line: string): boolean {
  const killed = killedService(line);
  if (killed === undefined) return false;
  const where = killed.process === "" ? server.name : `${server.name}, ${killed.process}`;
  ctx.ui.warn(
    `${where}: the old release did not end when it was asked to, and was killed after ${killed.seconds} s`,
    "Raise stopTimeout, or let the app end when it gets SIGTERM",
  );
  return true;
}

/** Stops the old release, and writes down what other releases have become. */
export const retire: DeployStep = scriptStep({
  title: "Retire the old release",
  script: (view: StepView) => {
    const { ctx, server, plan, app: { app }, previous, retire } = view;
    const stopped = previous
      ? [refuseLive(app, previous.slot), stopApp(previous.jail), stopJail(previous.jail)]
      : [];
    const all = [...stopped, ...retire.map(endRelease), ...certificatesAfter(plan.config, view)];
    const onLine = (line: string) => {
      if (!warnOfKilled(view, line)) shownBy(ctx, server)(line);
    };
    return all.length === 0
      ? []
      : [{ script: script(...all), timeout: stopLimit(previous?.jail ?? {}), onLine }];
  },
});
