// A deploy's warnings about accessories that differ from the configuration: it leaves them alone, but a release with a
// new password meets a database that has the old one.

import { AlcaideError } from "../core/error.ts";
import type { Facts } from "../server/facts.ts";
import type { Remote } from "../remote/remote.ts";
import { planAccessories } from "./accessories.ts";
import type { Context } from "../task/context.ts";

/** Warns of what `setup` would still change of accessories. Their secrets must be known. */
export async function warnOfDrift(ctx: Context, facts: ReadonlyMap<Remote, Facts>): Promise<void> {
  for (const [server, known] of facts) {
    for (const text of await driftOf(ctx, known, server.name)) {
      ctx.ui.warn(text, 'Run "alcaide setup" before the deploy if the release needs it');
    }
  }
}

/** The check has been made already. */
const nobody = { shown: "", names: [] };

async function driftOf({ config }: Context, facts: Facts, server: string): Promise<string[]> {
  try {
    const changes = await planAccessories(config, facts, server, {
      project: nobody,
      token: "",
      key: "",
      now: "",
    });
    return changes.map(({ title, reason }) => `${server}: setup has not done this yet: ${title}: ${reason}`);
  } catch (error) {
    // A refusal of setup needs a person's decision, and doesn't stop a release that may not need it.
    if (error instanceof AlcaideError) return [error.message];
    throw error;
  }
}
