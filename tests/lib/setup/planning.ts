// Plans of setup for a server of which something differs from one that has everything.

import type { Facts, SetupFacts } from "../../../lib/server/facts.ts";
import type { UserConfig } from "../../../lib/config/field/types.ts";
import { planSetup } from "../../../lib/setup/plan.ts";
import { config, facts, setupFacts } from "../../fake/facts.ts";

export interface Given {
  readonly config?: Partial<UserConfig>;
  readonly facts?: Partial<Facts>;
  readonly setup?: Partial<SetupFacts>;
  /** Its name. Default: `web`. */
  readonly server?: string;
}

export function plan(given: Given = {}) {
  const known = facts({ setup: setupFacts(given.setup), ...given.facts });
  return planSetup(config(given.config), known, given.server ?? "web");
}

export const rc = setupFacts().rc;

export const without = (name: string) =>
  Object.fromEntries(Object.entries(rc).filter(([key]) => key !== name));
