/**
 * What tasks that change an app have in common: the lock on every server, and the facts of all.
 *
 * @module
 */

import { holdAppLock } from "../lib/app_lock.ts";
import type { Facts } from "../lib/facts.ts";
import type { Remote } from "../lib/remote.ts";
import { readUser } from "../lib/revision.ts";
import { survey } from "../lib/survey.ts";
import type { Context } from "../lib/task.ts";

/** Locks that are held; disposing of them lets go. */
export interface Locks extends AsyncDisposable {
  /** Number of each server's lock. */
  readonly fences: ReadonlyMap<Remote, number>;
  /** Who holds them: `user@machine`. */
  readonly by: string;
}

/**
 * Takes the app's lock on every server.
 *
 * @throws {LockedError} when somebody else holds one of them
 */
export async function takeLocks(ctx: Context, what: string): Promise<Locks> {
  ctx.ui.step("Take the lock");
  const by = await readUser(ctx.local);
  const holder = { by, since: new Date().toISOString(), what };
  const fences = new Map<Remote, number>();
  await using held = new AsyncDisposableStack();
  await ctx.servers.each(async (server) => {
    const lock = held.use(await holdAppLock(server, ctx.config.app, holder, ctx.signal));
    fences.set(server, lock.fence);
  });
  const kept = held.move();
  return { fences, by, [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose]() };
}

/** Reads the facts of all servers, in their order. */
export async function readAll(ctx: Context): Promise<ReadonlyMap<Remote, Facts>> {
  const { basePath } = ctx.config.jail;
  const { signal } = ctx;
  const found = await ctx.servers.each(async (server) =>
    [server, await survey(server, { basePath, signal })] as const
  );
  return new Map(found);
}
