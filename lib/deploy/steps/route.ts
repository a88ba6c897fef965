/**
 * route: moves the traffic. Caddy has to read its site file again only when that changed.
 *
 * @module
 */

import { applySite, removeSite } from "../../commands/caddy/caddyfile.ts";
import { removeLive, switchLive } from "../../commands/live.ts";
import { underHostLock } from "../../commands/lock.ts";
import { script } from "../../core/script.ts";
import type { Script } from "../../core/sh.ts";
import { certificateBefore } from "../certificates.ts";
import type { ServerPlan } from "../plan/plan.ts";
import { act, type DeployStep, onServers, scriptStep } from "../step.ts";

/** Moves the traffic to the release, once it is well on all servers. */
export const route: DeployStep = scriptStep({
  title: "Route requests to it",
  barrier: true,
  script: ({ plan, target }) => {
    const live = { slot: target.next, release: plan.release };
    return [{
      script: script(
        ...certificateBefore(plan.config),
        ...siteIf(target.site.apply, target, target.site.text),
        switchLive(target.app.app, live),
      ),
    }];
  },
  undo: onServers((view) => act(view, back(view.target))),
});

/** Moves the traffic back to where it was. */
function back(target: ServerPlan): Script {
  const { app } = target.app;
  const { before = "", text } = target.site;
  if (!target.previous) return script(removeLive(app), underHostLock(removeSite(app)));
  return script(
    switchLive(app, target.previous),
    ...siteIf(before !== "" && before !== text, target, before),
  );
}

function siteIf(wanted: boolean, target: ServerPlan, text: string): Script[] {
  return wanted ? [underHostLock(applySite(target.app.app, text))] : [];
}
