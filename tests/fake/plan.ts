/** Plans of deploys, for tests of what follows from them. */

import type { Config } from "../../lib/config/field/types.ts";
import type { Facts } from "../../lib/server/facts.ts";
import type { Remote } from "../../lib/remote/remote.ts";
import type { ServerPlan } from "../../lib/deploy/plan/plan.ts";
import { type DeployInputs, planDeploy } from "../../lib/deploy/plan/deploy.ts";

/** The needs of a plan besides configuration and facts, where they don't matter. */
export const planInputs: DeployInputs = {
  revision: { short: "1a2b3c4", commit: "1a2b3c4d", dirty: false },
  project: { shown: "", names: [] },
  by: "me@here",
  now: "2026-01-02T03:04:05.000Z",
  artifact: "/tmp/artifact.tar.gz",
  token: "f".repeat(32),
  fences: new Map(),
};

/** A deploy's plan for the only server. */
export function planOn(server: Remote, config: Config, known: Facts, inputs = planInputs): ServerPlan {
  const made = planDeploy(config, new Map([[server, known]]), inputs).servers.get(server);
  if (made === undefined) throw new Error("no plan for the server");
  return made;
}
