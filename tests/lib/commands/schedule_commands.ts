// The texts of schedules.

import * as schedule from "../../../lib/commands/app/schedule.ts";
import { type Command, raw } from "../../../lib/core/sh.ts";
import { spec } from "./samples.ts";

export { schedule };

/** A schedule. */
export const nightly = { name: "cleanup", at: "0 3 * * *", run: `bin/shop eval 'x "y"' 100%`, timeout: 600 };
/** Its release. */
export const scheduled: schedule.Scheduled = { ...spec, slot: "blue" };

/** Each with the name of its maker. */
export const forSchedules: readonly (readonly [name: string, command: Command])[] = [
  ["installSchedules", schedule.installSchedules(scheduled, [nightly])],
  ["installSchedules of none", schedule.installSchedules(scheduled, [])],
  ["a schedule's script", raw(schedule.scheduleText(scheduled, nightly))],
  ["removeSchedules", schedule.removeSchedules("shop")],
  ["listSchedules", schedule.listSchedules("shop")],
  ["listScheduleFiles", schedule.listScheduleFiles("shop")],
];
