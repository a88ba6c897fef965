// Takes an app off its servers: looks, asks, removes, looks again.

import { listLeft, lookAtVolumes } from "../commands/app/left.ts";
import { fenced } from "../commands/lock.ts";
import { AlcaideError, CommandError, UsageError } from "../core/error.ts";
import type { Command } from "../core/sh.ts";
import { list } from "../core/text.ts";
import { type Locks, underLocks } from "../deploy/app_locks.ts";
import { ownVolumes, planDestroy, type Removal } from "../deploy/plan/destroy.ts";
import { explainStep } from "../hints/step.ts";
import type { Remote } from "../remote/remote.ts";
import type { Facts } from "../server/facts.ts";
import { parseLeft, parseVolumes } from "../server/left.ts";
import { ownFacts, type OwnOptions } from "../server/survey.ts";
import { makeChanges, type ServerChanges, shownChange } from "../task/change_steps.ts";
import type { Context } from "../task/context.ts";
import { rememberReleases } from "../task/seen_releases.ts";
import { type StepJson, stepRows, stepsJson } from "../task/show_steps.ts";

/** How to undo setup. */
export interface UndoOptions {
  readonly plan: boolean;
  /** The app's name, for a script. */
  readonly yes: string | undefined;
}

/** How to destroy an app. */
export interface DestroyOptions extends UndoOptions {
  /** Volumes go, too. */
  readonly volumes: boolean;
  /** Time to wait for the lock. */
  readonly wait: string | undefined;
}

/** A server with what is to be removed there. */
export interface Found extends Removal {
  readonly server: Remote;
  /** Files of others in directories of the app. */
  readonly strangers: readonly string[];
}

/** Takes an app off its servers after a yes by its name. Volumes stay unless they are asked for. */
export async function destroyApp(ctx: Context, options: DestroyOptions): Promise<void> {
  if (!options.plan) refuseUnnamed(ctx, `destroy ${ctx.config.app}`, options.yes);
  ctx.ui.step("Read the facts");
  const first = await findAll(ctx, options);
  if (options.plan || first.every(({ changes }) => changes.length === 0)) {
    return tellRemoved(ctx, first, options.plan);
  }
  if (options.yes === undefined) await ask(ctx, first);
  await underLocks(ctx, { what: "destroy", wait: options.wait }, (ctx, locks) => remove(ctx, options, locks));
}

async function remove(ctx: Context, options: DestroyOptions, locks: Locks): Promise<void> {
  const { app } = ctx.config;
  ctx.ui.step("Read the facts");
  const found = await findAll(ctx, options);
  await makeChanges(ctx, changesOf(found), {
    guard: ({ command }, server) => fenced(app, locks.fences.get(server) ?? 0, command),
    explain: ({ hint = "What is gone stays gone: run this again" }, { shown, exit }, { name }) =>
      explainStep(name, new CommandError(name, shown, exit, { hint })),
  });
  await rememberReleases(ctx, [], undefined);
  tellRemoved(ctx, found, false);
}

/** The removals of each server. */
export function changesOf(found: readonly Found[]): ServerChanges {
  return new Map(found.map(({ server, changes }) => [server, changes]));
}

/**
 * Refuses what only a person may decide, where none can be asked and none has named the app.
 *
 * @throws {UsageError} when another name is given; {@linkcode AlcaideError} without one and without a terminal
 */
export function refuseUnnamed({ ui, config: { app } }: Context, what: string, yes: string | undefined): void {
  if (yes !== undefined && yes !== app) {
    throw new UsageError(`Cannot ${what}: --yes names "${yes}", the app is "${app}"`, {
      hint: `Write --yes ${app}`,
    });
  }
  if (yes === undefined && ui.person === undefined) {
    throw new AlcaideError(`Cannot ${what} without its name: there is no terminal to ask at`, {
      hint: `Name it: --yes ${app}`,
    });
  }
}

/**
 * Asks for the app's name.
 *
 * @throws {AlcaideError} when it isn't given
 */
export async function askName(
  { ui, config: { app } }: Context,
  question: string,
  what: string,
): Promise<void> {
  if (await ui.person?.line(`${question} Type ${app} to go on:`) === app) return;
  throw new AlcaideError(`Cannot ${what} without its name`, {
    hint: `Nothing was changed. Type "${app}" for a yes`,
  });
}

async function ask(ctx: Context, found: readonly Found[]): Promise<void> {
  const { ui, config: { app } } = ctx;
  const all = found.map((one) => removedText(one, true, false)).join("\n");
  await askName(ctx, `${all}\nAll of this goes, and nothing brings it back.`, `destroy ${app}`);
  const volumes = found.flatMap(({ changes }) => changes.flatMap(({ volume }) => volume ?? []));
  if (volumes.length === 0) return;
  if (await ui.person?.confirm(`Delete ${list([...new Set(volumes)])} with all data?`)) return;
  throw new AlcaideError(`Cannot delete volumes of ${app} without a yes`, {
    hint: "Nothing was changed. Leave out --volumes to keep them",
  });
}

/** The facts of each server, and beside them the answer to a command. */
export async function factsAnd(
  ctx: Context,
  command: Command,
  options: OwnOptions = {},
): Promise<Map<Remote, { readonly facts: Facts; readonly text: string }>> {
  const [all, texts] = await Promise.all([
    ownFacts(ctx, ctx.servers, options),
    ctx.servers.each(async (server) => [server, await server.read(command, { signal: ctx.signal })] as const),
  ]);
  const answers = new Map(texts);
  return new Map([...all].map(([server, facts]) => [server, { facts, text: answers.get(server) ?? "" }]));
}

function noFacts({ name }: Remote): never {
  throw new TypeError(`${name} has no facts`);
}

async function findAll(ctx: Context, { volumes: withVolumes }: DestroyOptions): Promise<Found[]> {
  const { config, signal } = ctx;
  const { app, jail: { basePath } } = config;
  const all = await factsAnd(ctx, listLeft(app, basePath));
  return await ctx.servers.each(async (server) => {
    const { facts, text } = all.get(server) ?? noFacts(server);
    const left = parseLeft(text);
    const volumes = ownVolumes(config, facts).map(({ path }) => path);
    const looks = withVolumes && volumes.length > 0
      ? parseVolumes(await server.read(lookAtVolumes(volumes), { signal }))
      : undefined;
    return { server, strangers: left.kept, ...planDestroy(config, facts, left, server.name, looks) };
  });
}

/** A server that something is taken off. */
export interface DestroyJson {
  /** The server's name. */
  readonly server: string;
  /** The removals that were made, or with `--plan` would be. */
  readonly changes: readonly StepJson[];
  /** Volumes that stay. */
  readonly kept: readonly { readonly path: string; readonly reason?: string }[];
  /** Files of others in directories of the app; absent with `--server`. */
  readonly strangers?: readonly string[];
}

/** Tells what is removed, or is to be. */
export function tellRemoved(ctx: Context, found: readonly Found[], planOnly: boolean): void {
  const verbose = planOnly && ctx.ui.verbose;
  const value = found.map(({ server, changes, kept, strangers }) => ({
    server: server.name,
    changes: stepsJson(changes.map((change) => shownChange(server, change)), server.name, verbose),
    kept,
    strangers,
  }));
  ctx.ui.result(
    value satisfies DestroyJson[],
    found.map((one) => removedText(one, planOnly, verbose)).join("\n"),
    { prose: !planOnly },
  );
}

/** The removals of a server, for people. */
export function removedText(
  { server, changes, kept, strangers }: Found,
  planOnly: boolean,
  verbose: boolean,
): string {
  const rows = stepRows(changes.map((change) => shownChange(server, change)), verbose);
  const head = changes.length === 0 ? "nothing of it is there" : planOnly ? "to remove" : "removed";
  return [
    `${server.name}: ${head}`,
    ...rows,
    ...kept.map(({ path, reason }) =>
      `  The volume ${path} stays${reason === undefined ? "" : `: ${reason}`}`
    ),
    ...strangers.map((path) => `  ${path} stays: alcaide did not make it`),
  ].join("\n");
}
