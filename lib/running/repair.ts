// Finishes or undoes what is half done, on all servers, under the app's lock.

import { fenced } from "../commands/lock.ts";
import { CommandError } from "../core/error.ts";
import { readAll } from "../deploy/app_locks.ts";
import { planRepair } from "../deploy/plan/repair.ts";
import { explainStep } from "../hints/step.ts";
import type { Remote } from "../remote/remote.ts";
import type { Change } from "../server/change.ts";
import { splitRows, trafficOf } from "../server/traffic.ts";
import { makeChanges } from "../task/change_steps.ts";
import type { Context } from "../task/context.ts";

/** The repairs of every server, and the release of each. */
export interface Repairs {
  readonly changes: ReadonlyMap<Remote, readonly Change[]>;
  /** The release of each server, when they differ. */
  readonly split: readonly string[];
}

/** Finds out what is half done. */
export async function readRepairs(ctx: Context): Promise<Repairs> {
  const { app, jail: { basePath } } = ctx.config;
  const facts = await readAll(ctx);
  const changes = new Map<Remote, readonly Change[]>();
  for (const [server, known] of facts) changes.set(server, planRepair(app, basePath, known, server.name));
  const live = [...facts].map(([server, known]) => ({
    server: server.name,
    release: trafficOf(known, app)?.release,
  }));
  return { changes, split: splitRows(live) };
}

/** Finishes or undoes it, and says what that was. */
export async function finish(ctx: Context, fences: ReadonlyMap<Remote, number>): Promise<Repairs> {
  const repairs = await readRepairs(ctx);
  await ctx.servers.each(async (server) => {
    const fence = fences.get(server) ?? 0;
    await makeChanges(ctx, server, repairs.changes.get(server) ?? [], {
      guard: ({ command }) => fenced(ctx.config.app, fence, command),
      explain: ({ hint }, { shown, exit }) =>
        explainStep(
          server.name,
          new CommandError(server.name, shown, exit, hint === undefined ? {} : { hint }),
        ),
    });
  });
  return repairs;
}
