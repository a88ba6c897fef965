// The schedules of the release that gets the traffic, or gets it back: they go with the switch.

import { installSchedules, type Scheduled } from "../commands/app/schedule.ts";
import type { ScheduleSpec } from "../core/release.ts";
import type { Script } from "../core/sh.ts";
import type { StepView } from "./step.ts";

/** Makes the new release's schedules the server's; nothing where neither it nor the old one has any. */
export function schedulesAfter(view: StepView): Script[] {
  return switched(view, newOf(view), view.record.config.schedules);
}

/** Gives the server the old release's schedules back. */
export function schedulesBefore(view: StepView): Script[] {
  const { app: { app }, previous } = view;
  const old = previous === undefined ? newOf(view) : { app, ...previous };
  return switched(view, old, previous?.record?.config.schedules);
}

function newOf({ app: { app }, release, next: slot, jail }: StepView): Scheduled {
  return { app, release, slot, jail };
}

function switched(
  { record, previous }: StepView,
  to: Scheduled,
  schedules: readonly ScheduleSpec[] = [],
): Script[] {
  const some = record.config.schedules ?? previous?.record?.config.schedules;
  return some === undefined ? [] : [installSchedules(to, schedules)];
}
