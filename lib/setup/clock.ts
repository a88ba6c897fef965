/**
 * A server's clock beside ours.
 *
 * @module
 */

import type { Facts } from "../server/facts.ts";
import { duration } from "../core/text.ts";

/** Seconds that nobody minds. */
const tolerance = 60;

/**
 * Advice about a clock that is far from ours: certificates aren't valid yet or not any more, and no authority gives new
 * ones.
 *
 * @param now our own time when the facts were read, in milliseconds
 */
export function clockAdvice(facts: Pick<Facts, "now">, now: number): string[] {
  const off = facts.now - Math.round(now / 1000);
  if (Math.abs(off) <= tolerance) return [];
  const where = `${duration(Math.abs(off) * 1000)} ${off > 0 ? "ahead of" : "behind"}`;
  return [
    `The server's clock is ${where} this machine's. If the server's is the wrong one: ` +
    "sysrc ntpd_enable=YES ntpd_sync_on_start=YES; service ntpd restart",
  ];
}
