// Advice about a server that a person has to see to: its clock, its resolvers.

import { isReachable } from "../commands/jail/names.ts";
import type { Config } from "../config/types.ts";
import { duration, list } from "../core/text.ts";
import type { Refusal } from "../server/change.ts";
import type { Facts } from "../server/facts.ts";

/** Seconds that nobody minds. */
const tolerance = 60;

/**
 * Finds a clock that is far from ours: certificates seem not yet valid, or expired.
 *
 * @param now our own time when the facts were read, in milliseconds
 */
export function clockProblem(facts: Pick<Facts, "now">, now: number): Refusal | undefined {
  const off = facts.now - Math.round(now / 1000);
  if (Math.abs(off) <= tolerance) return undefined;
  const where = `${duration(Math.abs(off) * 1000)} ${off > 0 ? "ahead of" : "behind"}`;
  return {
    problem: `The server's clock is ${where} this machine's`,
    hint:
      "If the server's is the wrong one: sysrc ntpd_enable=YES ntpd_sync_on_start=YES; service ntpd restart",
  };
}

/** The same as advice. */
export function clockAdvice(facts: Pick<Facts, "now">, now: number): string[] {
  const found = clockProblem(facts, now);
  return found === undefined ? [] : [`${found.problem}. ${found.hint}`];
}

/** Finds a server whose jails have no resolver to ask. */
export function resolverProblem(
  { jail }: Pick<Config, "jail">,
  { resolvers }: Pick<Facts, "resolvers">,
): Refusal | undefined {
  if (jail.nameservers !== undefined || resolvers.some(isReachable)) return undefined;
  const why = resolvers.length === 0
    ? "/etc/resolv.conf of the server names no resolver"
    : `/etc/resolv.conf of the server names only ${list(resolvers)}, which a jail can't reach`;
  return {
    problem: `Jails can't resolve names: ${why}`,
    hint: 'Set jail.nameservers, such as ["9.9.9.9"]',
  };
}

/** The same as advice. */
export function resolverAdvice(config: Config, facts: Pick<Facts, "resolvers">): string[] {
  const found = resolverProblem(config, facts);
  return found === undefined ? [] : [`${found.problem}. ${found.hint}`];
}
