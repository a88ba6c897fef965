// The limits of an app's jails, for its status.

import { jailName } from "../commands/paths.ts";
import { list } from "../core/text.ts";
import { slots } from "../core/slot.ts";
import { type Facts, runs } from "../server/facts.ts";
import { type JailLimits, missingLimits } from "../server/limits.ts";
import type { Traffic } from "../server/traffic.ts";

/** Tells whether a jail is the app's: of a slot or of an accessory. */
export function isOf(app: string, jail: string, { accessories }: Facts): boolean {
  return slots.some((slot) => jailName(app, slot) === jail) || accessories.get(jail)?.app === app;
}

/** The limits in force of an app's jails, its accessories' included. */
export function limitsOf(app: string, facts: Facts): Record<string, JailLimits> {
  return Object.fromEntries(
    [...facts.limits].filter(([jail]) => isOf(app, jail, facts) && runs(facts, jail)),
  );
}

/** Limits that the live release was deployed with and doesn't have. */
export function limitProblems(app: string, { record, slot }: Traffic, facts: Facts): string[] {
  const jail = jailName(app, slot);
  const missing = missingLimits(record?.config.limits ?? {}, facts.limits.get(jail));
  if (missing.length === 0) return [];
  const remedy = facts.counts
    ? "deploy again"
    : "add kern.racct.enable=1 to /boot/loader.conf on the server and reboot it";
  return [`${jail} runs without its limits of ${list(missing)}: ${remedy}`];
}
