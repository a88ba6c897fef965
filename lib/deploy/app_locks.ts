// The common part of tasks that change an app: the lock on every server, and the facts of all.

import { type AppLock, holdAppLock } from "../server/lock.ts";
import type { Holder } from "../commands/lock.ts";
import { exitCodes, LockedError } from "../core/error.ts";
import { type Facts, releasesOf } from "../server/facts.ts";
import { readDuration } from "../core/duration.ts";
import type { Remote } from "../remote/remote.ts";
import { trafficOf } from "../server/traffic.ts";
import { rememberReleases } from "../task/seen_releases.ts";
import type { Context } from "../task/context.ts";
import { ownFacts, type OwnOptions } from "../server/survey.ts";
import type { ActionRecord, Ending } from "../server/history.ts";
import { sendNotices } from "./notices.ts";
import { type Action, actorOf, beginRecording, withEnding, writeRecord } from "../task/recorded.ts";
import { pause } from "../transport/limits.ts";

/** Locks that are held; disposing of them lets go. */
export interface Locks extends AsyncDisposable {
  /** Number of each server's lock. */
  readonly fences: ReadonlyMap<Remote, number>;
  /** Their holder: `user@machine`. */
  readonly by: string;
  /** The object of the work: the release, once it is known, and the one that has the traffic until then. */
  about: Pick<Ending, "release" | "previous" | "about">;
  /** Lets go of them and has the history of each server keep a record. */
  end(ending: Ending): Promise<ActionRecord>;
}

/**
 * Takes the app's lock on every server; with a time to wait, such as `5m`, it is tried again until it is free.
 *
 * @throws {LockedError} when somebody else holds one of them
 */
export async function takeLocks(ctx: Context, what: string, wait?: string): Promise<Locks> {
  const patience = parseWait(wait);
  ctx.ui.step("Take the lock");
  const until = Date.now() + patience;
  for (let told = false;; told = true) {
    try {
      return await tryLocks(ctx, what);
    } catch (error) {
      if (!(error instanceof LockedError) || Date.now() >= until) throw error;
      if (!told) ctx.ui.info(`Waiting: locked by ${error.holder}`);
      await pause(2000, ctx.signal);
    }
  }
}

/**
 * Reads a duration such as `30s`, `5m` or `1h`, in milliseconds.
 *
 * @throws {UsageError} when it is none
 */
export function parseWait(value: string | undefined): number {
  return value === undefined ? 0 : readDuration(value, `Cannot wait for "${value}"`, "--wait 5m");
}

/** An action under the app's locks. */
export interface LockedAction extends Pick<Action, "what" | "about"> {
  /** Time to wait for them: `5m`. */
  readonly wait?: string | undefined;
}

/**
 * Does something under the app's locks. The record of it goes with them: it costs no round trip. Then notices are sent.
 *
 * @throws {LockedError} when somebody else holds one of them
 */
export async function underLocks<Ctx extends Context, T>(
  ctx: Ctx,
  { what, wait, about }: LockedAction,
  work: (ctx: Ctx, locks: Locks) => Promise<T>,
): Promise<T> {
  await using locks = await takeOrTell(ctx, what, wait);
  if (about !== undefined) locks.about = { about };
  return await withEnding(
    ctx,
    (ctx) => work(ctx, locks),
    async (ending) => sendNotices(ctx, await locks.end(ending)),
  );
}

/** Takes the locks. A server that can't be reached is told; a lock that somebody else holds is no failure. */
async function takeOrTell(ctx: Context, what: string, wait: string | undefined): Promise<Locks> {
  const since = new Date().toISOString();
  const { threw } = beginRecording(ctx);
  try {
    return await takeLocks(ctx, what, wait);
  } catch (error) {
    const ending = threw(error);
    if (ending.error?.code === exitCodes.failed) {
      await sendNotices(ctx, { by: await actorOf(ctx), since, what, ...ending });
    }
    throw error;
  }
}

/** Milliseconds in which others must let go of what they have taken. */
const yielding = 5000;

async function tryLocks(ctx: Context, what: string): Promise<Locks> {
  const by = await actorOf(ctx);
  const held = new Map<Remote, AppLock>();
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => {
    await Promise.all([...held.values()].map((lock) => lock[Symbol.asyncDispose]()));
  });
  const holder = { by, since: new Date().toISOString(), what };
  await takeAll(ctx, held, holder);
  const fences = new Map([...held].map(([server, lock]) => [server, lock.fence]));
  const locks = Object.assign(stack.move(), {
    fences,
    by,
    about: {},
    end: (ending: Ending) => endAll(ctx, held, { ...holder, ...locks.about, ...ending }),
  });
  return locks;
}

/** A server whose lock got lost meanwhile is told by itself. */
async function endAll(
  ctx: Context,
  held: ReadonlyMap<Remote, AppLock>,
  record: ActionRecord,
): Promise<ActionRecord> {
  const text = JSON.stringify(record);
  const ended = [...held].map(async ([server, lock]) =>
    await lock.end(text, ctx.config.keep.history) ? [] : [server]
  );
  const missed = (await Promise.all(ended)).flat();
  if (missed.length > 0) await writeRecord(ctx, missed, record);
  return record;
}

/**
 * Takes the locks of all servers at once. Of two who each get some of them, the one with the first server's waits for the
 * other to let go: else both would be refused.
 */
async function takeAll(ctx: Context, held: Map<Remote, AppLock>, holder: Holder): Promise<void> {
  const { servers: { all }, config: { app }, signal } = ctx;
  // By name: somebody else may have them in another order.
  const [first] = all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const until = Date.now() + yielding;
  for (;;) {
    const refused: LockedError[] = [];
    await ctx.servers.each(async (server) => {
      if (held.has(server)) return;
      try {
        held.set(server, await holdAppLock(server, app, holder, signal));
      } catch (error) {
        if (!(error instanceof LockedError)) throw error;
        refused.push(error);
      }
    });
    const [error] = refused;
    if (error === undefined) return;
    if (first === undefined || !held.has(first) || Date.now() >= until) throw error;
    await pause(300, signal);
  }
}

/** Reads the facts of all servers, in their order. */
export async function readAll(ctx: Context, what: OwnOptions = {}): Promise<ReadonlyMap<Remote, Facts>> {
  const all = await ownFacts(ctx, ctx.servers, what);
  await rememberFacts(ctx, [...all.values()]);
  return all;
}

/** Keeps the releases on the servers for completion. */
export async function rememberFacts(ctx: Context, all: readonly Facts[]): Promise<void> {
  const { app } = ctx.config;
  const live = all.map((facts) => trafficOf(facts, app)?.release).find((id) => id !== undefined);
  await rememberReleases(ctx, all.flatMap((facts) => releasesOf(facts, app)), live);
}
