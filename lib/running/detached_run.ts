// Commands in the live jail that need no connection: begun, and attached to.

import { beginRun, readRun } from "../commands/app/runs.ts";
import { runDir } from "../commands/paths.ts";
import { remainsOf } from "../commands/server/remains.ts";
import { UsageError } from "../core/error.ts";
import type { Command } from "../core/sh.ts";
import { list } from "../core/text.ts";
import type { Remote } from "../remote/remote.ts";
import type { Servers } from "../remote/servers.ts";
import { follow } from "../server/detached.ts";
import { routedApp } from "../server/routed.ts";
import { type RunFact, runText } from "../server/runs.ts";
import { ownFacts } from "../server/survey.ts";
import { tellLost } from "../task/change_steps.ts";
import type { Context } from "../task/context.ts";
import { recorded } from "../task/recorded.ts";
import { exitStatus, programOf, type RunJson } from "./run.ts";

/** With `--detach`. */
export interface DetachedJson {
  /** The command's id, for `--attach`. */
  readonly id: string;
  /** The release that it runs in, on each server. */
  readonly servers: readonly { readonly server: string; readonly release: string }[];
}

/** Begins a command in the live jails of some servers, and prints its id. */
export function beginDetached(ctx: Context, chosen: Servers, command: Command): Promise<void> {
  const action = { what: "run --detach", about: programOf(command), servers: chosen.all };
  return recorded(ctx, action, (ctx) => begin(ctx, chosen, command));
}

async function begin(ctx: Context, chosen: Servers, command: Command): Promise<void> {
  const id = crypto.randomUUID().slice(0, 8);
  const { app } = ctx.config;
  const releases = await chosen.each(async (server) => {
    const { release, jail } = await routedApp(ctx, server);
    await server.run(beginRun({ app, release, jail, id, command }), { signal: ctx.signal });
    return { server: server.name, release };
  });
  ctx.ui.info(`It ends with its release. "alcaide run --attach ${id}" shows its output`);
  ctx.ui.result({ id, servers: releases } satisfies DetachedJson, id);
}

/**
 * Prints what a detached command has printed and prints until it ends, and gives its status. Ctrl-C ends only the printing.
 *
 * @throws {UsageError} when there is none of that id, or one on several servers
 */
export async function attach(ctx: Context, chosen: Servers, id: string): Promise<number> {
  const { app, jail: { basePath } } = ctx.config;
  const facts = await ownFacts(ctx, chosen, { more: remainsOf(app, basePath) });
  const all = [...facts].flatMap(([server, { remains }]) =>
    (remains?.runs ?? []).map((run) => ({ server, run }))
  );
  const { server, run } = findRun(all, id);
  const dir = runDir(app, run.release, run.id);
  const exit = await follow(server, (heard) => readRun(dir, heard), {
    signal: ctx.signal,
    onData: (chunk, stream) => ctx.ui.output(chunk, stream),
    onLost: tellLost(ctx, server),
  });
  const status = exitStatus(exit);
  ctx.ui.result({ status } satisfies RunJson, "");
  return status;
}

/** A command on a server. */
type Found = Readonly<{ server: Remote; run: RunFact }>;

function findRun(all: readonly Found[], id: string): Found {
  const [found, ...more] = all.filter(({ run }) => run.id === id);
  if (found === undefined) {
    throw new UsageError(`Cannot find a detached command "${id}"`, {
      details: all.map(({ server, run }) => `${server.name}: ${runText(run)}`),
      hint: all.length === 0 ? 'There is none. "alcaide run --detach" begins one' : "Take one of these ids",
    });
  }
  if (more.length === 0) return found;
  throw new UsageError(
    `Cannot choose between ${list([found, ...more].map(({ server }) => server.name))}: "${id}" runs on each`,
    { hint: "Name one: --server NAME" },
  );
}
