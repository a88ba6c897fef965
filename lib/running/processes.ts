// Work on the processes of the live release: finding them, changing how many run.

import {
  enableProcesses,
  installProcesses,
  instanceOf,
  servicesOf,
  startServices,
  stopServices,
  watchServices,
} from "../commands/app/processes.ts";
import { fenced } from "../commands/lock.ts";
import { remainsOf } from "../commands/server/remains.ts";
import { AlcaideError, type Exit, UsageError } from "../core/error.ts";
import { type AppProcess, mostInstances, webProcess } from "../core/process.ts";
import { declaredOf } from "../core/release.ts";
import { inShell, script } from "../core/script.ts";
import type { Command } from "../core/sh.ts";
import { list, plural } from "../core/text.ts";
import { underLocks } from "../deploy/app_locks.ts";
import { partTimeout } from "../deploy/step.ts";
import { explainCheck } from "../hints/check.ts";
import { takenOverBy } from "../hints/step.ts";
import { explainDown } from "../hints/processes.ts";
import type { Remote } from "../remote/remote.ts";
import { type Servers, servers } from "../remote/servers.ts";
import { refuseCanary } from "../server/canary.ts";
import { runs } from "../server/facts.ts";
import { type Routed, routed } from "../server/routed.ts";
import { ownFacts } from "../server/survey.ts";
import type { Context } from "../task/context.ts";

/** The live release of a server, and the services that should run there. */
export interface Place {
  readonly server: Remote;
  readonly fence: number;
  readonly live: Routed;
  /** Services that the jail's boot starts, by process. */
  readonly services: ReadonlyMap<string, readonly string[]>;
}

/** The part of a live release that its check needs. */
export function appOf(app: string, { jail, release, record }: Routed) {
  const { start = "", port = 0, packages = [] } = record?.config ?? {};
  return { app, release, jail, uid: 0, start, port, packages };
}

/** How many of a process are to run: `worker=3`. */
export interface Wish {
  readonly name: string;
  readonly count: number;
}

/**
 * Reads such words.
 *
 * @throws {UsageError} for any other, and for the web process
 */
export function parseWishes(words: readonly string[]): Wish[] {
  if (words.length === 0) {
    throw new UsageError("Nothing to scale: name a process", { hint: "For example: alcaide scale worker=3" });
  }
  return words.map((word) => {
    const [, name, count] = /^([a-z][a-z0-9]*)=(\d{1,4})$/.exec(word) ?? [];
    if (name === undefined) {
      throw new UsageError(`Cannot understand "${word}"`, {
        hint: "Write NAME=NUMBER: alcaide scale worker=3",
      });
    }
    if (name === webProcess) {
      throw new UsageError("Cannot scale web: it runs once", {
        hint: "Let its server use several processors by itself",
      });
    }
    if (Number(count) > mostInstances) {
      throw new UsageError(`Cannot run ${count} of ${name}`, {
        hint: `Give a number from 0 to ${mostInstances}`,
      });
    }
    return { name, count: Number(count) };
  });
}

/**
 * Changes how many of a process run, until the next deploy or rollback.
 *
 * @throws {UsageError} when no server runs that process
 */
export async function scaleProcesses(
  ctx: Context,
  chosen: Servers,
  { wishes, wait }: { wishes: readonly Wish[]; wait: string | undefined },
): Promise<void> {
  const about = wishes.map(({ name, count }) => `${name}=${count}`).join(" ");
  await underLocks(ctx, { what: "scale", wait, about }, async (ctx, locks) => {
    const all = await placesOf(ctx, chosen, locks.fences, "scale");
    const found = wishes.map((wish) => ({ wish, places: having(all, wish.name, "scale") }));
    for (const { wish, places } of found) {
      ctx.ui.step(`Run ${wish.count} of ${wish.name}`);
      await onEach(places, (place) => scale(ctx, place, wish));
    }
    const value = found.flatMap(({ wish, places }) =>
      places.map(({ server }) => ({ server: server.name, process: wish.name, instances: wish.count }))
    );
    const told = wishes.map(({ name, count }) =>
      `${name} runs ${count === 0 ? "nowhere" : plural(count, "time")}`
    );
    ctx.ui.result(
      value,
      `${list(told)} until the next deploy: its instances in the configuration count from then on`,
      { prose: true },
    );
  });
}

async function scale(ctx: Context, place: Place, { name, count }: Wish): Promise<void> {
  const { jail, release, record } = place.live;
  const process = declaredOf(record?.config).processes.find((one) => one.name === name);
  if (process === undefined) return;
  const wanted: AppProcess = { ...process, instances: count };
  const services = servicesOf(wanted);
  const surplus = servicesOf({ name, instances: mostInstances }).filter((one) => !services.includes(one));
  const ending = (place.services.get(name) ?? []).filter((one) => surplus.includes(one));
  const begun = services.filter((one) => !place.services.get(name)?.includes(one));
  await act(
    ctx,
    place,
    script(
      installProcesses(jail, release, [wanted]),
      enableProcesses(jail, [wanted], name),
      startServices(jail, services),
      stopServices(jail, ending),
      inShell(watchServices(jail, { app: ctx.config.app, release }, begun, { strict: true })),
    ),
  );
}

/** Finds the live release of each server. */
export async function placesOf(
  ctx: Context,
  chosen: Servers,
  fences: ReadonlyMap<Remote, number>,
  verb: "restart" | "scale",
): Promise<Place[]> {
  const { config: { app, jail: { basePath } } } = ctx;
  const facts = await ownFacts(ctx, chosen, { more: remainsOf(app, basePath), health: false });
  return [...facts].flatMap(([server, known]) => {
    if (verb === "scale") refuseCanary(ctx.config, known, server.name, verb);
    const live = routed(app, basePath, known);
    if (live === undefined || !runs(known, live.jail.name)) return [];
    const wanted = (known.remains?.services ?? []).filter((one) => one.jail === live.jail.name && one.wanted);
    const services = new Map<string, string[]>();
    // Scaled to none it still is a process of the release.
    for (const { name } of declaredOf(live.record?.config).processes) services.set(name, []);
    for (const { service } of wanted) {
      const name = instanceOf(service)?.name;
      if (name !== undefined) services.set(name, [...services.get(name) ?? [], service]);
    }
    return [{ server, fence: fences.get(server) ?? 0, live, services }];
  });
}

/** The places of a process. */
export function having(places: readonly Place[], name: string | undefined, verb: string): Place[] {
  if (places.length === 0) {
    throw new AlcaideError(`Cannot ${verb}: nothing is live`, { hint: 'Run "alcaide deploy" first' });
  }
  const found = places.filter(({ services }) => name === undefined || services.has(name));
  if (found.length > 0) return found;
  const names = [...new Set(places.flatMap(({ services }) => [...services.keys()]))];
  throw new UsageError(`Cannot ${verb} "${name}": the live release has no such process`, {
    hint: `It has ${list(names)}`,
  });
}

/** Does something at all places at once, and waits for all of them. */
export async function onEach(places: readonly Place[], run: (place: Place) => Promise<void>): Promise<void> {
  const at = new Map(places.map((place) => [place.server, place]));
  await servers([...at.keys()]).each(async (server) => {
    const place = at.get(server);
    if (place) await run(place);
  });
}

/** Runs a script that changes something, and explains its failure. */
export async function act(ctx: Context, { server, fence, live }: Place, command: Command): Promise<void> {
  const { config } = ctx;
  const exit = await server.exec(fenced(config.app, fence, command), {
    signal: ctx.signal,
    timeout: 2 * partTimeout,
    onLine: (line) => ctx.ui.verbose && ctx.ui.line(server.name, line),
  });
  if (exit.code !== 0) throw failure(server.name, exit, config, live);
}

function failure(server: string, exit: Exit, config: Context["config"], live: Routed): unknown {
  const taken = takenOverBy(server, exit);
  if (taken) return taken;
  if (/^down /m.test(exit.stdout)) return explainDown(server, exit);
  return explainCheck(server, exit.stdout, exit, appOf(config.app, live), config);
}
