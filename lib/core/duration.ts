// Durations as they stand on the command line: "30s", "5m".

import { UsageError } from "./error.ts";

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads a number and one of the units, in milliseconds; undefined when it is no such text. */
function parseDuration(text: string, units: string): number | undefined {
  const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const one = units.includes(unit) ? seconds[unit] : undefined;
  return one === undefined ? undefined : Number(count) * one * 1000;
}

/**
 * Reads the duration of an option, such as `30s`, `5m` or `1h`, in milliseconds. A number alone is seconds.
 *
 * @param problem the words of its error
 * @param example a call that works
 * @throws {UsageError} when it is none
 */
export function readDuration(text: string, problem: string, example: string): number {
  const time = parseDuration(/^\d+$/.test(text) ? `${text}s` : text, "smh");
  if (time !== undefined) return time;
  throw new UsageError(problem, { hint: `Write a number and s, m or h: ${example}` });
}

/**
 * Reads how long before now something was, such as `10m` or `2d`.
 *
 * @param problem the words of its error
 * @param example a call that works
 * @throws {UsageError} when it is none
 */
export function readAgo(text: string, now: number, problem: string, example: string): Date {
  const time = new Date(now - (parseDuration(text, "smhd") ?? NaN));
  // Also of a number that leads out of the calendar.
  if (!Number.isNaN(time.getTime())) return time;
  throw new UsageError(problem, { hint: `Write a number and s, m, h or d: ${example}` });
}
