// route: moves the traffic. Caddy has to read its site file again only when that changed.

import { hasWeb } from "../../core/process.ts";
import { applySite, removeSite } from "../../commands/caddy/caddyfile.ts";
import { canaryIn, withoutCanary } from "../../commands/caddy/canary.ts";
import { enableProcesses } from "../../commands/app/processes.ts";
import { admitCanary, dismissCanary, removeLive, switchLive } from "../../commands/live.ts";
import { underHostLock } from "../../commands/lock.ts";
import { script } from "../../core/script.ts";
import type { Script } from "../../core/sh.ts";
import { explainSite } from "../../hints/check.ts";
import { certificateBefore } from "../certificates.ts";
import { giveBack } from "../give_back.ts";
import { schedulesBefore } from "../schedules.ts";
import { scriptStep } from "../join_scripts.ts";
import type { SitePlan } from "../plan/plan.ts";
import { act, type DeployStep, onServers, type StepView } from "../step.ts";
import { hidden } from "./site.ts";

/** Moves the traffic to the release, once it is well on all servers. */
export const route: DeployStep = scriptStep({
  title: "Route requests to it",
  barrier: true,
  script: ({ plan, server, app: { app, start, processes = [] }, release, next, jail, site }: StepView) => {
    const served = hasWeb({ start });
    const apply = site.apply ? [siteScript(app, site, site.text)] : [];
    const late = !served || isCanaryAlone(site);
    return [{
      script: script(
        ...served ? certificateBefore(plan.config) : [],
        ...late ? [] : apply,
        switchLive(app, { slot: next, release }),
        ...late ? apply : [],
        // After a reboot they start with the jail, if this deploy is cut off before it starts them.
        ...processes.length === 0 ? [] : [enableProcesses(jail, processes)],
      ),
      explain: (exit) => explainSite(server.name, exit, plan.config),
    }];
  },
  undo: onServers((view) => act(view, back(view))),
});

/** Where only a canary goes, all others come to it first: its visitors never leave it. */
function isCanaryAlone({ before = "", text }: SitePlan): boolean {
  return canaryIn(before) !== undefined && withoutCanary(before) === text;
}

/** Moves the traffic back to where it was. */
function back(view: StepView): Script {
  const { app: { app }, previous, site } = view;
  const { before = "", text } = site;
  if (!previous) return script(removeLive(app), ...schedulesBefore(view), underHostLock(removeSite(app)));
  const changed = (before !== "" || !hasWeb(previous.declared)) && before !== text;
  return script(giveBack(view, previous), ...changed ? [siteScript(app, site, before)] : []);
}

/** Puts a text of the site file in force, or takes the site away. A canary has its visitors once Caddy knows it, and loses them first. */
export function siteScript(app: string, site: Pick<SitePlan, "shared" | "before">, text: string): Script {
  const canary = canaryIn(text);
  if (canary) return script(applied(app, site, text), admitCanary(app, canary.release));
  return canaryIn(site.before)
    ? script(dismissCanary(app), applied(app, site, text))
    : applied(app, site, text);
}

function applied(app: string, { shared }: Pick<SitePlan, "shared">, text: string): Script {
  if (text === "") return underHostLock(removeSite(app));
  return underHostLock(applySite(app, hidden(text), { shared: shared === true }));
}
