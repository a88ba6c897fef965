// clean: makes room for the release's jail.

import { stopApp } from "../../commands/app/app.ts";
import { canaryIn } from "../../commands/caddy/canary.ts";
import { endRelease } from "../../commands/journal.ts";
import { stopJail } from "../../commands/jail/jail.ts";
import { dismissCanary, refuseLive } from "../../commands/live.ts";
import { removeJail } from "../../commands/jail/tree.ts";
import { script } from "../../core/script.ts";
import type { Script } from "../../core/sh.ts";
import { ended, type ServerPlan } from "../plan/plan.ts";
import { scriptStep } from "../join_scripts.ts";
import { type DeployStep, type StepView, stopLimit } from "../step.ts";

/** Removes the jail of the release before the previous one. One that holds the release that comes is stopped, if it still runs. */
export const clean: DeployStep = scriptStep({
  title: "Remove the older jail",
  script: (view: StepView) => {
    const { app: { app }, site, present, running, vacant, jail } = view;
    // A canary that has become live would lead to this slot while it can't be reached.
    const canary = canaryIn(site.before) ? [{ script: dismissCanary(app), idle: true }] : [];
    if (present && !running) return canary;
    const clear = script(clearSlot(view), ...endPrepared(view));
    return [...canary, { script: clear, idle: vacant, timeout: stopLimit(jail) }];
  },
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
