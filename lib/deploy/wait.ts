// A deploy whose switch waits for its time: reading the time, and waiting.

import { UsageError } from "../core/error.ts";
import { duration } from "../core/text.ts";
import type { Context } from "../task/context.ts";
import { aborted } from "../transport/limits.ts";
import type { DeployStep } from "./step.ts";

const minute = 60_000;
const longest = 7 * 24 * 60 * minute;

/**
 * Reads a time to come: `02:00` on this machine's clock, or a date with a time, such as `2026-11-30T02:00` or `2026-11-30T01:00Z`.
 *
 * @throws {UsageError} when it is none, is over, or is too far away
 */
export function parseAt(text: string, now: Date): Date {
  const bad = (problem: string) =>
    new UsageError(`Cannot use --at "${text}": ${problem}`, {
      hint: "Write a time of this machine's clock: --at 02:00, or with a date: --at 2026-11-30T02:00",
    });
  const at = readTime(text, now);
  if (at === undefined) throw bad("it is not a time");
  const left = at.getTime() - now.getTime();
  if (left <= 0) throw bad("it is over");
  if (left > longest) throw bad("it is more than 7 days away");
  return at;
}

function readTime(text: string, now: Date): Date | undefined {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours !== undefined) {
    const on = (day: number) =>
      new Date(now.getFullYear(), now.getMonth(), now.getDate() + day, Number(hours), Number(minutes));
    return on(0) > now ? on(0) : on(1);
  }
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ??
    [];
  const at = new Date(text.replace(" ", "T"));
  // JavaScript takes February 30 for March 2.
  const isDay = new Date(Number(year), Number(month) - 1, Number(day)).getDate() === Number(day);
  return isDay && !Number.isNaN(at.getTime()) ? at : undefined;
}

/** A time for people: "2026-11-30 02:00 (Europe/Berlin, UTC+01:00)". */
export function timeText(at: Date, zone = Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  const east = -at.getTimezoneOffset();
  const two = (value: number) => String(Math.trunc(value)).padStart(2, "0");
  const offset = `UTC${east < 0 ? "-" : "+"}${two(Math.abs(east) / 60)}:${two(Math.abs(east) % 60)}`;
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())} (${zone}, ${offset})`;
}

/** The time that is left, in milliseconds, as a clock: "1:02:03". */
export function countdown(left: number): string {
  const seconds = Math.ceil(left / 1000);
  const two = (value: number) => String(Math.floor(value) % 60).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(seconds / 60)}:${two(seconds)}`;
}

/** A step that waits for a time: a line says so, and a terminal counts down. */
export function waitStep(at: Date): DeployStep {
  return {
    title: `Wait until ${timeText(at)}`,
    run: async ({ ui, signal }: Context) => {
      const left = () => at.getTime() - Date.now();
      if (left() > 0) ui.info(`The traffic moves in ${duration(left())}; Ctrl-C takes all back`);
      const over = Promise.withResolvers<void>();
      // By the clock on the wall: a machine that sleeps meanwhile is not late.
      const tick = () => left() <= 0 ? over.resolve() : ui.status?.(`${countdown(left())} left`);
      const timer = setInterval(tick, 1000);
      tick();
      try {
        await Promise.race([over.promise, aborted(signal)]);
      } finally {
        clearInterval(timer);
      }
    },
  };
}
