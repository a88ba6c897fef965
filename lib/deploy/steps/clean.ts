// clean: makes room for the release's jail.

import { stopApp } from "../../commands/app/app.ts";
import { endRelease } from "../../commands/journal.ts";
import { stopJail } from "../../commands/jail/jail.ts";
import { refuseLive } from "../../commands/live.ts";
import { removeJail } from "../../commands/jail/tree.ts";
import { script } from "../../core/script.ts";
import type { Script } from "../../core/sh.ts";
import { ended, type ServerPlan } from "../plan/plan.ts";
import { scriptStep } from "../join_scripts.ts";
import { type DeployStep, type StepView, stopLimit } from "../step.ts";

/** Removes the jail of the release before the previous one. One that holds the release that comes is stopped, if it still runs. */
export const clean: DeployStep = scriptStep({
  title: "Remove the older jail",
  script: (view: StepView) =>
    view.present && !view.running ? [] : [
      {
        script: script(clearSlot(view), ...endPrepared(view)),
        idle: view.vacant,
        timeout: stopLimit(view.jail),
      },
    ],
});

/** A prepared release whose jail is gone has failed, whatever comes of this one. */
function endPrepared({ prepared }: ServerPlan): Script[] {
  const record = prepared && ended(prepared);
  return record === undefined ? [] : [endRelease(record)];
}

/** Removes the slot's jail and tree; one that holds a kept release is only stopped. */
export function clearSlot({ app: { app }, jail, next, present, tree }: ServerPlan): Script {
  const unlessLive = refuseLive(app, next);
  if (present) return script(unlessLive, stopApp(jail), stopJail(jail));
  return script(unlessLive, removeJail(jail, tree));
}
