// Restores a dump of the app's database.

import { AlcaideError, CommandError, LostConnectionError } from "../core/error.ts";
import { duration } from "../core/text.ts";
import { type Locks, underLocks } from "../deploy/app_locks.ts";
import { counted } from "../remote/local_file.ts";
import { restoreFailures } from "../hints/restore.ts";
import { runDetached } from "../server/detached.ts";
import { runs } from "../server/facts.ts";
import { routed } from "../server/routed.ts";
import { tellLost } from "../task/change_steps.ts";
import type { Context } from "../task/context.ts";
import { explained } from "./explained.ts";
import { type DatabaseJson, openSource, type Source } from "./files.ts";
import type { DatabaseChoice } from "./options.ts";
import { type Database, findDatabase } from "./target.ts";

/**
 * Replaces all data of the database by those of a dump; "-" is standard input.
 *
 * @throws {AlcaideError} without a yes, and while the app is live
 */
export async function restoreDatabase(ctx: Context, file: string, options: DatabaseChoice): Promise<void> {
  const began = Date.now();
  using source = await openSource(file);
  const lock = { what: "db restore", wait: options.wait };
  await underLocks(ctx, lock, (ctx, locks) => restoreUnder(locks, ctx, { source, file, began }, options));
}

async function restoreUnder(
  locks: Locks,
  ctx: Context,
  { source, file, began }: { readonly source: Source; readonly file: string; readonly began: number },
  options: DatabaseChoice,
): Promise<void> {
  ctx.ui.step("Read the facts");
  const found = await findDatabase(ctx, options, "restore");
  const { server, name } = found;
  locks.about = { about: name };
  if (!options["while-live"]) refuseWhileLive(ctx, found);
  await ask(ctx, found, source);
  ctx.ui.step(`Restore ${name}`);
  const { said, bytes } = await restoreInto(ctx, found, source, locks.fences.get(server) ?? 0);
  const milliseconds = Date.now() - began;
  const done = `${name} of ${server.name} holds the data of ${source.name}, after ${duration(milliseconds)}`;
  ctx.ui.result(
    { accessory: name, server: server.name, file, bytes, milliseconds } satisfies DatabaseJson,
    [done, ...said].join("\n"),
    { prose: true },
  );
}

function refuseWhileLive(ctx: Context, { facts, name, server }: Database): void {
  const { app, jail: { basePath } } = ctx.config;
  const live = routed(app, basePath, facts);
  if (live === undefined) return;
  if (!runs(facts, live.jail.name)) return;
  throw new AlcaideError(`Cannot restore ${name}: ${live.release} of ${app} is live on ${server.name}`, {
    hint:
      "With --while-live it loses its connections, and its writes meanwhile are not in the restored database",
  });
}

async function ask(ctx: Context, { name, server, what }: Database, source: Source): Promise<void> {
  const yes = await ctx.confirm(
    `Replace everything in ${name} (${what}) of ${ctx.config.app} on ${server.name} by ${source.name}?`,
  );
  if (yes) return;
  throw new AlcaideError(`Cannot restore ${name} without a yes`, {
    hint: "Answer yes at a terminal, or use --yes",
  });
}

/** Gives the database's words, and the size of the dump. */
async function restoreInto(
  ctx: Context,
  { server, database, place, name }: Database,
  source: Source,
  fence: number,
): Promise<{ said: string[]; bytes: number }> {
  const command = database.restore(place);
  const said: string[] = [];
  let bytes = 0;
  const hint = "Nothing was changed: it holds its old data";
  try {
    const lock = { app: ctx.config.app, fence };
    const what = { doing: `restore ${name}`, server: server.name, hint, known: restoreFailures };
    await explained(what, async () => {
      const exit = await runDetached(server, { command, lock }, {
        ...{ signal: ctx.signal, locks: ctx.servers.all, onLost: tellLost(ctx, server) },
        stdin: counted(source.stream, (done) => {
          bytes = done;
          ctx.ui.progress(`Send ${source.name}`, done, source.size ?? 0);
        }),
        onLine: (line, stream) => {
          if (stream === "out") said.push(line);
          else ctx.ui.line(server.name, line);
        },
      });
      if (exit.code !== 0) throw new CommandError(server.name, command.shown, exit);
      if (said.length === 0) {
        throw new AlcaideError(`Cannot restore ${name} on ${server.name}: nothing ran`, { hint });
      }
    });
    return { said, bytes };
  } catch (error) {
    if (error instanceof LostConnectionError) {
      ctx.ui.warn(`The outcome is unknown: ${name} holds its old data, or all of ${source.name}`);
    }
    throw error;
  }
}
