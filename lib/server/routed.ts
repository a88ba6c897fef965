// The app as it runs: the jail that has the traffic.

import type { JailSpec } from "../commands/jail/jail.ts";
import { jailName } from "../commands/paths.ts";
import { AlcaideError } from "../core/error.ts";
import { type Facts, runs } from "./facts.ts";
import { addressOf } from "./host_state.ts";
import { type Jail, jail } from "./jail.ts";
import type { Remote } from "../remote/remote.ts";
import { servers } from "../remote/servers.ts";
import { type Traffic, trafficOf } from "./traffic.ts";
import { type AppContext, ownFacts } from "./survey.ts";

/** The release with the traffic of an app on a server, and its jail. */
export interface Routed extends Traffic {
  /** Its jail. */
  readonly jail: JailSpec;
}

/** Finds the jail that has the traffic, from a server's facts. */
export function routed(app: string, basePath: string, facts: Facts): Routed | undefined {
  const traffic = trafficOf(facts, app);
  const place = facts.host.apps[app];
  if (traffic === undefined || place === undefined) return undefined;
  const name = jailName(app, traffic.slot);
  return { ...traffic, jail: { name, path: `${basePath}/${name}`, ip4: addressOf(place, traffic.slot) } };
}

/**
 * The release that has the traffic on a server.
 *
 * @throws {AlcaideError} when there is none, or its jail doesn't run
 */
export async function routedApp(ctx: AppContext, server: Remote = ctx.servers.first): Promise<Routed> {
  const facts = (await ownFacts(ctx, servers([server]))).get(server);
  const found = facts && routed(ctx.config.app, ctx.config.jail.basePath, facts);
  if (facts === undefined || found === undefined) {
    throw new AlcaideError(`Cannot find a live release of ${ctx.config.app} on ${server.name}`, {
      hint: 'Run "alcaide deploy" first',
    });
  }
  if (!runs(facts, found.jail.name)) {
    throw new AlcaideError(`Cannot use jail ${found.jail.name} on ${server.name}: it does not run`, {
      hint: 'Run "alcaide repair", which starts it',
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
