// Restarts processes of the live release.

import { checkApp } from "../commands/app/check.ts";
import { startServices, stopServices, watchServices } from "../commands/app/processes.ts";
import { mainName } from "../commands/caddy/site.ts";
import { appService } from "../commands/jail/supervised.ts";
import { webProcess } from "../core/process.ts";
import { inShell, script } from "../core/script.ts";
import type { Command } from "../core/sh.ts";
import { list } from "../core/text.ts";
import { underLocks } from "../deploy/app_locks.ts";
import type { Remote } from "../remote/remote.ts";
import type { Servers } from "../remote/servers.ts";
import type { Context } from "../task/context.ts";
import { tellSteps } from "../task/show_steps.ts";
import { act, appOf, having, onEach, type Place, placesOf } from "./processes.ts";

/** A server with what was restarted there. */
export interface RestartJson {
  readonly server: string;
  /** Names of processes. */
  readonly restarted: readonly string[];
}

/**
 * Restarts the processes of the live release, or one of them.
 *
 * @throws {UsageError} when no server runs that process
 */
export async function restartProcesses(
  ctx: Context,
  chosen: Servers,
  { name, wait }: { name: string | undefined; wait: string | undefined },
): Promise<void> {
  await underLocks(ctx, { what: "restart", wait, about: name }, async (ctx, locks) => {
    const { places, names } = await find(ctx, chosen, name, locks.fences);
    if (names.includes(webProcess)) {
      ctx.ui.warn(
        "web restarts in its place: requests that it answers are interrupted, others fail until it answers again",
        '"alcaide deploy" changes releases without that; "alcaide restart NAME" restarts another process alone',
      );
    }
    ctx.ui.step(`Restart ${list(names)}`);
    await onEach(places, (place) => act(ctx, place, restart(ctx, place, names)));
    const done = places.map((place) => ({ server: place.server.name, restarted: own(place, names) }));
    ctx.ui.result(
      done satisfies RestartJson[],
      `${list(names)} ${names.length === 1 ? "was" : "were"} restarted`,
      { prose: true },
    );
  });
}

/** Says what a restart would do. */
export async function showRestart(ctx: Context, chosen: Servers, name: string | undefined): Promise<void> {
  const { places, names } = await find(ctx, chosen, name);
  tellSteps(
    ctx.ui,
    places.map((place) => {
      const { server } = place;
      const scripts = new Map([[server.name, [restart(ctx, place, names).shown]]]);
      return [server.name, [{ title: `Restart ${list(own(place, names))}`, scripts }]];
    }),
  );
}

/** The places where something is to be restarted, and the processes in all. */
async function find(
  ctx: Context,
  chosen: Servers,
  name: string | undefined,
  fences: ReadonlyMap<Remote, number> = new Map(),
): Promise<{ readonly places: readonly Place[]; readonly names: readonly string[] }> {
  const places = having(await placesOf(ctx, chosen, fences, "restart"), name, "restart");
  const all = places.flatMap(({ services }) => name === undefined ? [...services.keys()] : [name]);
  return { places, names: [...new Set(all)] };
}

function own({ services }: Place, names: readonly string[]): string[] {
  return names.filter((name) => services.has(name));
}

function restart(ctx: Context, place: Place, names: readonly string[]): Command {
  const { live: { jail, release }, services } = place;
  const all = names.flatMap((name) => services.get(name) ?? []);
  const others = all.filter((service) => service !== appService);
  return script(
    stopServices(jail, all),
    startServices(jail, all),
    inShell(watchServices(jail, { app: ctx.config.app, release }, others, { strict: true })),
    ...all.includes(appService) ? [inShell(askWeb(ctx, place))] : [],
  );
}

/** Asks the web process whether it is well again. */
function askWeb({ config }: Context, { server, live }: Place): Command {
  const { domains, tls } = config;
  return checkApp(appOf(config.app, live), {
    ...live.record?.config.health ?? config.health,
    host: mainName(domains) ?? server.target.host,
    proto: tls.kind === "off" ? "http" : "https",
  });
}
