// Moves an accessory to the newest base system, on every server that has it.

import { underSetupLock } from "../commands/lock.ts";
import { AlcaideError } from "../core/error.ts";
import { explainSetup } from "../hints/setup.ts";
import { planUpgrade } from "../setup/accessory_upgrade.ts";
import { makeChanges } from "../task/change_steps.ts";
import type { Context } from "../task/context.ts";
import { withSecrets } from "../task/with_secrets.ts";
import type { Found } from "./accessory.ts";

/** With `upgrade`: an accessory on a server. */
export interface UpgradedJson {
  readonly server: string;
  readonly accessory: string;
  /** False where its base system was the newest already. */
  readonly upgraded: boolean;
}

/**
 * Makes the accessory's jail anew from the newest template; its volumes stay.
 *
 * @throws {AlcaideError} without a yes where it has no volume, and when it can't be made again
 */
export async function upgradeFound(bare: Context, found: readonly [Found, ...Found[]]): Promise<void> {
  const ctx = await withSecrets(bare, ["accessories"]);
  const { name } = found[0].record;
  const plans = await Promise.all(found.map(async ({ server, facts }) => {
    const inputs = { name, project: { shown: "", names: [] }, token: "", key: "", now: "" };
    return { server, change: await planUpgrade(ctx.config, facts, server.name, inputs) };
  }));
  const made = plans.flatMap(({ server, change }) => change === undefined ? [] : [{ server, change }]);
  if (made.length > 0) await confirmLoss(ctx, found[0]);
  for (const { server, change } of made) {
    await makeChanges(ctx, new Map([[server, [change]]]), {
      guard: ({ command }) => underSetupLock(command),
      explain: ({ title, hint }, cause) => explainSetup(server.name, title, hint, cause),
    });
  }
  ctx.ui.result(
    plans.map(({ server, change }) =>
      ({ server: server.name, accessory: name, upgraded: change !== undefined }) satisfies UpgradedJson
    ),
    made.length === 0
      ? `${name} has the newest base system already`
      : `${name} runs and is well on the newest base system`,
  );
}

/** Asks first where the data lies in the jail itself. */
async function confirmLoss(ctx: Context, { record: { name, volumes } }: Found): Promise<void> {
  if (volumes.length > 0) return;
  if (await ctx.confirm(`Make the jail of ${name} anew? It has no volume, so its data is lost`)) return;
  throw new AlcaideError(`Cannot upgrade ${name} without a yes`, {
    hint: "Answer yes at a terminal, or use --yes",
  });
}
