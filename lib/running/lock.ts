// The locks of an app on its servers: who holds them, and taking them away.

import { askLock, type Holder, releaseLock } from "../commands/lock.ts";
import { AlcaideError } from "../core/error.ts";
import { holderOf, holderText } from "../server/lock.ts";
import type { Context } from "../task/context.ts";
import { recorded } from "../task/recorded.ts";

/** The lock on a server. */
export interface LockJson {
  /** The server's name. */
  readonly server: string;
  /** The person who has it; null where it is free. */
  readonly holder: Holder | null;
}

/** With `release`. */
export interface ReleasedJson {
  /** The app's name. */
  readonly app: string;
  readonly released: true;
}

/** Prints who holds the lock on each server. */
export async function showLocks(ctx: Context): Promise<void> {
  const all = await ctx.servers.each(async (server) => ({
    server: server.name,
    holder: holderOf(await server.read(askLock(ctx.config.app), { signal: ctx.signal })),
  }));
  const rows = all.map(({ server, holder }) =>
    `${server}: ${holder === null ? "free" : `held by ${holderText(holder)}`}`
  );
  ctx.ui.result(all satisfies LockJson[], rows.join("\n"));
}

/** Takes the lock away on all servers, after a question. */
export async function releaseLocks(ctx: Context): Promise<void> {
  const { app } = ctx.config;
  if (!(await ctx.confirm(`Take the lock of ${app} away? A deploy that still runs will stop half-way`))) {
    throw new AlcaideError("Cannot release the lock without a yes");
  }
  await recorded(
    ctx,
    { what: "lock release", servers: ctx.servers.all },
    () =>
      ctx.servers.each(async (server) => {
        if ((await server.read(askLock(app), { signal: ctx.signal })).trim() === "") return;
        await server.run(releaseLock(app), { signal: ctx.signal });
      }),
  );
  ctx.ui.result({ app, released: true } satisfies ReleasedJson, `The lock of ${app} is free`);
}
