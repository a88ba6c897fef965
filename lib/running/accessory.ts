// The accessories of an app as the servers have them.

import { AlcaideError } from "../core/error.ts";
import { didYouMean } from "../core/text.ts";
import { accessoryJail } from "../commands/paths.ts";
import type { Remote } from "../remote/remote.ts";
import type { Servers } from "../remote/servers.ts";
import { type KnownAccessory, unfinishedAccessory } from "../server/accessories.ts";
import { accessoriesOf, type Facts } from "../server/facts.ts";
import { ownFacts, survey } from "../server/survey.ts";
import { accessoriesText, type AccessoryStatus, accessoryStatuses } from "../setup/accessory_status.ts";
import type { Context } from "../task/context.ts";

/** An accessory on one server. */
export interface Found {
  readonly server: Remote;
  readonly facts: Facts;
  readonly record: KnownAccessory;
  /** False for one that setup began and did not finish. */
  readonly finished: boolean;
}

/** The accessories on a server. */
export interface AccessoriesJson {
  /** The server's name. */
  readonly server: string;
  /** Those of the configuration first. */
  readonly accessories: readonly AccessoryStatus[];
}

/** Lists the accessories on some servers. */
export async function listAccessories(ctx: Context, chosen: Servers): Promise<void> {
  const { app, jail: { basePath } } = ctx.config;
  const all = await chosen.each(async (server) => ({
    server: server.name,
    accessories: accessoryStatuses(
      ctx.config,
      await survey(server, { basePath, health: true, signal: ctx.signal }),
      server.name,
    ),
  }));
  const texts = all.map(({ server, accessories }) =>
    accessories.length === 0
      ? `${server}: ${app} has no accessories`
      : [`${server}:`, ...accessoriesText(accessories)].join("\n")
  );
  ctx.ui.result(all satisfies AccessoriesJson[], texts.join("\n"));
}

/**
 * Finds the accessory on every server that has it, also one that the configuration no longer names.
 *
 * @throws {AlcaideError} when none has it
 */
export async function findAccessory(
  ctx: Context,
  chosen: Servers,
  name: string,
): Promise<readonly [Found, ...Found[]]> {
  const { app } = ctx.config;
  const all = [...await ownFacts(ctx, chosen)].map(([server, facts]) => {
    const record = facts.accessories.get(accessoryJail(app, name));
    const finished = record !== undefined;
    return { server, facts, record: record ?? unfinishedAccessory(ctx.config, name, facts), finished };
  });
  const [first, ...more] = all.filter((one): one is Found => one.record?.app === app);
  if (first !== undefined) return [first, ...more];
  const configured = Object.hasOwn(ctx.config.accessories, name);
  const known = all.flatMap(({ facts }) => accessoriesOf(facts, app).map((record) => record.name));
  throw new AlcaideError(`Cannot find an accessory "${name}" of ${app}`, {
    hint: configured
      ? 'Run "alcaide setup" first'
      : didYouMean(name, [...new Set(known)]) || "The app has none",
  });
}
