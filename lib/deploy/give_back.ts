// The traffic, back to the release that had it.

import { waitForListener } from "../commands/app/check.ts";
import { startJail } from "../commands/jail/jail.ts";
import { switchLive } from "../commands/live.ts";
import { hasWeb } from "../core/process.ts";
import { script } from "../core/script.ts";
import type { Script } from "../core/sh.ts";
import type { Previous } from "./plan/plan.ts";
import { schedulesBefore } from "./schedules.ts";
import type { StepView } from "./step.ts";

/** Moves the traffic to the release that had it before. A boot meanwhile has started only the one that had it then. */
export function giveBack(view: StepView, { jail, port, declared, ...previous }: Previous): Script {
  const { app: { app }, plan: { config: { health } } } = view;
  return script(
    startJail(jail),
    ...hasWeb(declared) ? [waitForListener(jail, port, health.timeout)] : [],
    switchLive(app, previous),
    ...schedulesBefore(view),
  );
}
