// The schedules of a server: when each ran last, and how that ended.

import { elapsed } from "../core/text.ts";
import type { Facts } from "../server/facts.ts";

/** A schedule of the live release. */
export interface ScheduleStatus {
  /** Its name. */
  readonly name: string;
  /** Minute, hour, day of the month, month and day of the week, by the server's clock. */
  readonly at: string;
  /** True while a run is under way. */
  readonly running: boolean;
  /** When its last run began: ISO 8601, UTC; null before the first. */
  readonly begun: string | null;
  /** When that ended; null while it runs, and when it was cut off. */
  readonly ended: string | null;
  /** The exit status of its last run. */
  readonly status: number | null;
}

/** The schedules on a server. */
export function scheduleStatuses({ remains }: Facts): ScheduleStatus[] {
  const time = (seconds: number | undefined) =>
    seconds === undefined ? null : new Date(seconds * 1000).toISOString().replace(".000", "");
  return (remains?.schedules ?? []).map(({ name, at, running, last }) => ({
    ...{ name, at, running },
    begun: time(last?.begun),
    ended: time(last?.ended),
    status: last?.status ?? null,
  }));
}

/** A schedule for people. */
export function scheduleText({ name, at, running, begun, ended, status }: ScheduleStatus, now: Date): string {
  const last = begun === null
    ? "has not run yet"
    : running
    ? `runs for ${elapsed(begun, now)}`
    : ended === null
    ? `began ${elapsed(begun, now)} ago and was cut off`
    : `ended ${elapsed(ended, now)} ago with status ${status}`;
  return `  schedule ${name} (${at}): ${last}`;
}
