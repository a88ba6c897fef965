/**
 * The app as it runs: the jail that has the traffic.
 *
 * @module
 */

import type { JailSpec } from "../commands/jail.ts";
import { jailName } from "../commands/paths.ts";
import { AlcaideError } from "../core/error.ts";
import type { Facts } from "./facts.ts";
import { addressOf } from "./host_state.ts";
import { type Jail, jail } from "./jail.ts";
import type { Release, ReleaseId } from "../core/release.ts";
import { type AppContext, ownFacts } from "./own_facts.ts";
import type { Remote } from "../remote/remote.ts";
import { servers } from "../remote/servers.ts";
import type { Slot } from "../core/slot.ts";

/** What has the traffic of an app on a server. */
export interface Routed {
  /** Its name. */
  readonly release: ReleaseId;
  /** Its record in the journal. */
  readonly record: Release | undefined;
  /** Where its jail is. */
  readonly slot: Slot;
  /** Its jail. */
  readonly jail: JailSpec;
  /** True when Caddy itself said so; else only the marker on disk does. */
  readonly certain: boolean;
}

/** Finds what has the traffic, from a server's facts: Caddy's word counts most. */
export function routed(app: string, basePath: string, facts: Facts): Routed | undefined {
  const said = facts.live.get(app);
  const live = said ?? facts.routed.get(app);
  const place = facts.host.apps[app];
  if (live === undefined || place === undefined) return undefined;
  const { slot, release } = live;
  const name = jailName(app, slot);
  return {
    release,
    record: facts.journal.find((r) => r.app === app && r.id === release),
    slot,
    jail: { name, path: `${basePath}/${name}`, ip4: addressOf(place, slot) },
    certain: said !== undefined,
  };
}

/**
 * The release that has the traffic on a server.
 *
 * @throws {AlcaideError} when there is none, or its jail doesn't run
 */
export async function routedApp(ctx: AppContext, server: Remote = ctx.servers.first): Promise<Routed> {
  const facts = (await ownFacts(ctx, servers([server]))).get(server);
  const found = facts && routed(ctx.config.app, ctx.config.jail.basePath, facts);
  if (found === undefined) {
    throw new AlcaideError(`Cannot find a live release of ${ctx.config.app} on ${server.name}`, {
      hint: 'Run "alcaide deploy" first',
    });
  }
  if (!facts?.jails.some((j) => j.name === found.jail.name && !j.dying)) {
    throw new AlcaideError(`Cannot use jail ${found.jail.name} on ${server.name}: it does not run`, {
      hint: 'Start it with "service alcaide start" on the server',
    });
  }
  return found;
}

/**
 * The jail with the traffic, to run commands in as root.
 *
 * @throws {AlcaideError} when there is none
 *
 * @example
 * ```ts ignore
 * import { routedJail, sh, task } from "alcaide";
 *
 * export const processes = task("Show what runs", async (ctx) => {
 *   const app = await routedJail(ctx);
 *   ctx.ui.info(await app.read(sh`ps ax`));
 * });
 * ```
 */
export async function routedJail(ctx: AppContext, server: Remote = ctx.servers.first): Promise<Jail> {
  const { jail: spec } = await routedApp(ctx, server);
  return jail(server, spec);
}
