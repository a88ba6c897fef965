/**
 * Advice about a server that a person has to see to: its clock, its resolvers.
 *
 * @module
 */

import { isReachable } from "../commands/jail/names.ts";
import type { Config } from "../config/types.ts";
import { duration, list } from "../core/text.ts";
import type { Facts } from "../server/facts.ts";

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

/** Advice where jails have no resolver to ask. */
export function resolverAdvice({ jail }: Config, { resolvers }: Pick<Facts, "resolvers">): string[] {
  if (jail.nameservers !== undefined || resolvers.some(isReachable)) return [];
  const why = resolvers.length === 0
    ? "/etc/resolv.conf of the server names no resolver"
    : `/etc/resolv.conf of the server names only ${list(resolvers)}, which a jail can't reach`;
  return [`Jails can't resolve names: ${why}. Set jail.nameservers, such as ["9.9.9.9"]`];
}
