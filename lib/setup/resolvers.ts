/**
 * Whom jails ask for names, as far as a person has to see to it.
 *
 * @module
 */

import { isReachable } from "../commands/jail/names.ts";
import type { Config } from "../config/types.ts";
import type { Facts } from "../server/facts.ts";
import { list } from "../core/text.ts";

/** Advice where jails have no resolver to ask. */
export function resolverAdvice({ jail }: Config, { resolvers }: Pick<Facts, "resolvers">): string[] {
  if (jail.nameservers !== undefined || resolvers.some(isReachable)) return [];
  const why = resolvers.length === 0
    ? "/etc/resolv.conf of the server names no resolver"
    : `/etc/resolv.conf of the server names only ${list(resolvers)}, which a jail can't reach`;
  return [`Jails can't resolve names: ${why}. Set jail.nameservers, such as ["9.9.9.9"]`];
}
