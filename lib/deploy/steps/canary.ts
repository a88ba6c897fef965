// The steps of a canary: its share of the visitors, and its guard.

import { canaryIn } from "../../commands/caddy/canary.ts";
import { admitCanary, dismissCanary } from "../../commands/live.ts";
import { type CanaryWish, shareText } from "../../core/canary.ts";
import { script } from "../../core/script.ts";
import { explainSite } from "../../hints/check.ts";
import { canaryGuardTitle } from "../../hints/guard.ts";
import type { Context } from "../../task/context.ts";
import { leftOutWhen } from "../../task/step.ts";
import { scriptStep } from "../join_scripts.ts";
import { sharedSite, shareOn } from "../plan/canary.ts";
import type { DeployPlan } from "../plan/plan.ts";
import { act, type DeployStep, onServers, type Steps, type StepView } from "../step.ts";
import { check } from "./check.ts";
import { finishRequests, isGuarded, watchAll, watching } from "./guard.ts";
import { resume, untilSwitch } from "./prepared.ts";
import { siteScript } from "./route.ts";

/** The steps of a deploy that makes a canary. */
export function untilShared(steps: Steps, wish: CanaryWish): Steps {
  return { ...untilSwitch(steps), ...sharing(wish) };
}

/** The steps that give a prepared release a share of the visitors. */
export function shareSteps(wish: CanaryWish): Steps {
  return { resume, check, ...sharing(wish) };
}

function sharing(wish: CanaryWish): Steps {
  return { share: share(wish), watch: watch(wish) };
}

function share(wish: CanaryWish): DeployStep {
  const wanted = (view: StepView) => sharedSite(view, shareOn(view.plan, view.server, wish));
  return scriptStep({
    title: `Give it ${shareText(wish)}`,
    barrier: true,
    commit: true,
    script: (view: StepView) => {
      const { app: { app }, plan: { config }, server, site } = view;
      const text = wanted(view);
      const canary = canaryIn(text);
      const isSame = text === (site.before ?? "");
      if (isSame) return canary === undefined ? [] : [{ script: admitCanary(app, canary.release) }];
      return [{
        script: siteScript(app, site, text),
        explain: (exit) => explainSite(server.name, exit, config),
      }];
    },
    undo: onServers(async (view) => {
      const { app: { app }, site, site: { before = "" } } = view;
      if (wanted(view) === before) return;
      await act(view, script(dismissCanary(app), siteScript(app, site, before)));
      // Its jail goes next.
      if (canaryIn(before) === undefined) await finishRequests(view);
    }),
  });
}

/** Watches the canary's own answers. The live release's errors are not its fault. */
function watch(wish: CanaryWish): DeployStep {
  const from = ({ plan, server, app: { jail, port } }: StepView) =>
    shareOn(plan, server, wish) && `${jail.ip4}:${port}`;
  return leftOutWhen<Context, DeployPlan, DeployStep>({
    title: canaryGuardTitle,
    commit: true,
    run: (ctx: Context, plan: DeployPlan) => isGuarded(plan) ? watchAll(ctx, plan, from) : Promise.resolve(),
    preview: (view: StepView) => watching(view, from(view)),
  }, (_, plan) => !isGuarded(plan));
}
