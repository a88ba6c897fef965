// `alcaide lock`: who deploys, and taking the lock away from who doesn't any more.

import { askLock, type Holder, releaseLock } from "../lib/commands/lock.ts";
import { AlcaideError } from "../lib/core/error.ts";
import { holderOf, holderText } from "../lib/server/lock.ts";
import { type Task, task } from "../lib/task/task.ts";
import type { Context } from "../lib/task/context.ts";

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

/** With `--json`: of `status` the servers. */
export type Json = readonly LockJson[] | ReleasedJson;

/** Shows or releases the app's lock. */
export const lock: Task = task({
  description: "Show the holder of the app's lock, or take the lock away: lock status, lock release",
  group: "Deploy",
  args: [{ name: "action", description: "The action", choices: ["status", "release"], default: "status" }],
  examples: ["alcaide lock status", "alcaide lock release"],
  run: (ctx) => (ctx.args[0] === "release" ? release(ctx) : showLock(ctx)),
});

async function showLock(ctx: Context): Promise<void> {
  const all = await ctx.servers.each(async (server) => ({
    server: server.name,
    holder: holderOf(await server.read(askLock(ctx.config.app), { signal: ctx.signal })),
  }));
  const rows = all.map(({ server, holder }) =>
    `${server}: ${holder === null ? "free" : `held by ${holderText(holder)}`}`
  );
  ctx.ui.result(all satisfies LockJson[], rows.join("\n"));
}

async function release(ctx: Context): Promise<void> {
  const { app } = ctx.config;
  if (!(await ctx.confirm(`Take the lock of ${app} away? A deploy that still runs will stop half-way`))) {
    throw new AlcaideError("Cannot release the lock without a yes");
  }
  await ctx.servers.each(async (server) => {
    if ((await server.read(askLock(app), { signal: ctx.signal })).trim() === "") return;
    await server.run(releaseLock(app), { signal: ctx.signal });
  });
  ctx.ui.result({ app, released: true } satisfies ReleasedJson, `The lock of ${app} is free`);
}
