// Finishes or undoes work that is half done on a server: decided from the configuration and the facts alone.

import type { Config } from "../../config/field/types.ts";
import type { Change } from "../../server/change.ts";
import type { Facts } from "../../server/facts.ts";
import { settledTraffic } from "../../server/traffic.ts";
import { disagreements } from "./disagreements.ts";

/** The repairs of a server. */
export interface RepairPlan {
  /** Everything that is done, in its order; the reason of each is the disagreement that it ends. */
  readonly changes: readonly Change[];
  /** Disagreements that are left to a person. */
  readonly left: readonly { readonly says: string; readonly advice: string }[];
  /** True when the live release is among them: it can't serve. */
  readonly down: boolean;
}

/**
 * Decides what has to be repaired. A jail with traffic is never stopped, nothing of a good release is removed, and what bears no mark of ours
 * is only named.
 *
 * @throws {AlcaideError} when Caddy and the marker name different releases: a person has to look
 */
export function planRepair(config: Config, facts: Facts, server: string): RepairPlan {
  settledTraffic(facts, config.app, `repair ${config.app} on ${server}`);
  const rows = disagreements(config, facts, { locked: true });
  return {
    changes: rows.flatMap(({ says, repair }) => repair === undefined ? [] : [{ ...repair, reason: says }]),
    left: rows.flatMap(({ says, leave }) => leave === undefined ? [] : [{ says, advice: leave }]),
    down: rows.some(({ kind, leave }) => kind === "release" && leave !== undefined),
  };
}
