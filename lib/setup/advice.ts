// Advice about a server that a person has to see to: its clock, its resolvers.

import { processesOn } from "../config/sections/processes.ts";
import { longestStop } from "../core/process.ts";
import { isReachable } from "../commands/jail/names.ts";
import { shutdownReserve } from "../commands/server/boot.ts";
import type { Config } from "../config/field/types.ts";
import { limitsSet } from "../core/limits.ts";
import { duration, list } from "../core/text.ts";
import type { Refusal } from "../server/change.ts";
import { accessoriesOn } from "../server/accessories.ts";
import type { Facts, SetupFacts } from "../server/facts.ts";

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

/** Finds limits of the app that can't be in force, since the server's kernel does not count. */
export function limitsProblem(
  { limits }: Pick<Config, "limits">,
  { counts }: Pick<Facts, "counts">,
): Refusal | undefined {
  if (counts || limitsSet(limits).length === 0) return undefined;
  return {
    problem: "limits can't be in force, for the server's kernel does not count what jails use",
    hint:
      "Add the line kern.racct.enable=1 to /boot/loader.conf on the server and reboot it, or leave limits out",
  };
}

/** The same with the accessories of a server. */
export function allLimitsProblem(
  config: Config,
  facts: Pick<Facts, "counts">,
  server: string,
): Refusal | undefined {
  const all = [config, ...accessoriesOn(config, server)].map((one) => limitsProblem(one, facts));
  return all.find((one) => one !== undefined);
}

/** The same as advice. */
export function limitsAdvice(config: Config, facts: Pick<Facts, "counts">, server: string): string[] {
  const found = allLimitsProblem(config, facts, server);
  return found === undefined
    ? []
    : [`${found.problem[0]?.toUpperCase()}${found.problem.slice(1)}. ${found.hint}`];
}

/** Finds a server whose shutdown would not wait as long as the app or an accessory may take to end. */
export function shutdownProblem(
  config: Config,
  { shutdown }: Pick<SetupFacts, "shutdown">,
  server: string,
): Refusal | undefined {
  const accessories = Math.max(0, ...accessoriesOn(config, server).map(({ stopTimeout }) => stopTimeout));
  const stopTimeout = longestStop(processesOn(config, server));
  if (stopTimeout + shutdownReserve <= shutdown && accessories <= shutdown) return undefined;
  const enough = stopTimeout + Math.max(shutdownReserve, accessories + 20);
  const longest = Math.max(stopTimeout, accessories);
  return {
    problem:
      `A shutdown of the server ends after ${shutdown} s, and stopTimeout is ${longest} s: programs that need longer are killed`,
    hint: `Let it wait: sysrc rcshutdown_timeout=${enough}; sysctl kern.init_shutdown_timeout=${
      enough + 30
    }, and the latter in /etc/sysctl.conf, too`,
  };
}

/** The same as advice. */
export function shutdownAdvice(config: Config, setup: SetupFacts, server: string): string[] {
  const found = shutdownProblem(config, setup, server);
  return found === undefined ? [] : [`${found.problem}. ${found.hint}`];
}
