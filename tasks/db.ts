/**
 * `alcaide db`: a console of the app's database, a dump of it in a file here, and what a dump holds put back.
 *
 * @module
 */

import { runs } from "../lib/server/facts.ts";
import { routed } from "../lib/server/routed.ts";
import { fencedStream } from "../lib/commands/lock.ts";
import {
  AlcaideError,
  CommandError,
  ending,
  lastLines,
  LostConnectionError,
  UsageError,
} from "../lib/core/error.ts";
import { counted } from "../lib/remote/local_file.ts";
import { serverOption } from "../lib/task/choose_servers.ts";
import { type Task, task } from "../lib/task/task.ts";
import { bytes, duration } from "../lib/core/text.ts";
import { openConsole } from "../lib/ui/console.ts";
import { type Database, findDatabase } from "../lib/database/target.ts";
import { openSource, pathToWrite, type Source, standardTake } from "../lib/database/files.ts";
import { passOn } from "./run.ts";
import { accessoryNames, serverNames } from "../lib/task/completion.ts";
import { takeLocks, waitOption } from "../lib/deploy/app_locks.ts";
import type { Context } from "../lib/task/context.ts";

/** The arguments of `db`. */
type DbContext = Context<readonly [string, string?]>;

/** Works on what is in the app's database. */
export const db: Task = task({
  description: "Open the database's console, dump it to a file here, or restore it: db console, db dump FILE",
  group: "Look and run",
  args: [
    { name: "action", description: "The action", choices: ["console", "dump", "restore"] },
    { name: "file", description: 'The dump; "-" for standard output or input', optional: true },
  ],
  options: {
    accessory: {
      type: "string",
      description: "The database, when the app has several",
      complete: accessoryNames,
    },
    server: { ...serverOption, description: "The name of its server", complete: serverNames },
    force: { type: "boolean", description: "For dump: replace a file that is there" },
    "while-live": { type: "boolean", description: "For restore: even while the app is live" },
    wait: waitOption,
  },
  examples: [
    "alcaide db console",
    "alcaide db dump shop.dump",
    "alcaide db dump - >/mnt/backup/shop.dump",
    "alcaide db restore shop.dump --while-live",
  ],
  run: (ctx: DbContext) => {
    const [action, file] = ctx.args;
    if (action === "console") return openDatabase(ctx, file);
    if (file === undefined) {
      throw new UsageError(`Cannot ${action} without a file`, {
        hint: `Name one: alcaide db ${action} ${ctx.config.app}.dump`,
      });
    }
    return action === "dump" ? dump(ctx, file) : restore(ctx, file);
  },
});

async function openDatabase(ctx: Context, file: string | undefined): Promise<number> {
  if (file !== undefined) {
    throw new UsageError("Cannot take a file for a console", {
      hint: `Pipe it in: alcaide db console <${file}`,
    });
  }
  const { server, database, place } = await findDatabase(ctx, "open the console of");
  using keyboard = openConsole(ctx.ui);
  const exit = await server.exec(database.console(place), {
    signal: ctx.signal,
    ...keyboard.input,
    onData: (chunk, stream) => ctx.ui.output(chunk, stream),
  });
  return passOn(ctx, exit);
}

async function dump(ctx: Context, file: string): Promise<void> {
  const began = Date.now();
  const toStream = file === "-";
  const to = toStream ? standardTake(ctx) : await pathToWrite(file, ctx.options["force"] === true);
  const { server, database, place, name } = await findDatabase(ctx, "dump");
  ctx.ui.step(`Dump ${name}`);
  let told = 8 * 1024 * 1024;
  const size = await explained(
    { doing: `dump ${name}`, server: server.name, hint: "No file was written" },
    () =>
      server.download(database.dump(place), to, {
        signal: ctx.signal,
        onProgress(done) {
          if (done < told * 2) return;
          told = done;
          ctx.ui.info(`${bytes(done)} so far`);
        },
      }),
  );
  const took = duration(Date.now() - began);
  if (toStream) return ctx.ui.info(`Dumped ${name} of ${server.name}: ${bytes(size)} in ${took}`);
  ctx.ui.result(
    { accessory: name, server: server.name, file, bytes: size, milliseconds: Date.now() - began },
    `${name} of ${server.name} is in ${file}: ${bytes(size)} in ${took}`,
  );
}

async function restore(ctx: Context, file: string): Promise<void> {
  const began = Date.now();
  await using source = await openSource(file);
  await using locks = await takeLocks(ctx, "db restore");
  ctx.ui.step("Read the facts");
  const found = await findDatabase(ctx, "restore");
  const { server, name } = found;
  refuseWhileLive(ctx, found);
  await ask(ctx, found, source);
  ctx.ui.step(`Restore ${name}`);
  const said: string[] = [];
  await restoreInto(ctx, found, { source, fence: locks.fences.get(server) ?? 0, said });
  ctx.ui.result(
    { accessory: name, server: server.name, file, bytes: source.done(), milliseconds: Date.now() - began },
    [
      `${name} of ${server.name} holds the data of ${source.name}, after ${duration(Date.now() - began)}`,
      ...said,
    ]
      .join("\n"),
  );
}

function refuseWhileLive(ctx: Context, { facts, name, server }: Database): void {
  const { app, jail: { basePath } } = ctx.config;
  const live = routed(app, basePath, facts);
  if (ctx.options["while-live"] === true || live === undefined) return;
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

interface Restoring {
  readonly source: Source;
  readonly fence: number;
  /** Gets what the database says to it. */
  readonly said: string[];
}

async function restoreInto(ctx: Context, found: Database, { source, fence, said }: Restoring): Promise<void> {
  const { server, database, place, name } = found;
  const progress = (done: number) =>
    source.size !== undefined && ctx.ui.progress(`Send ${source.name}`, done, source.size);
  const hint = "Nothing was changed: it holds its old data";
  try {
    await explained(
      { doing: `restore ${name}`, server: server.name, hint },
      () =>
        server.run(fencedStream(ctx.config.app, fence, database.restore(place)), {
          signal: ctx.signal,
          stdin: counted(source.stream, (done) => {
            source.count(done);
            progress(done);
          }),
          onLine: (line, stream) => {
            if (stream === "out") said.push(line);
            else ctx.ui.line(server.name, line);
          },
        }),
    );
  } catch (error) {
    if (error instanceof LostConnectionError) {
      ctx.ui.warn(`The outcome is unknown: ${name} holds its old data, or all of ${source.name}`);
    }
    throw error;
  }
}

/** Says what failed in words of its own. */
async function explained<T>(
  what: { doing: string; server: string; hint: string },
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    throw new AlcaideError(`Cannot ${what.doing} on ${what.server}: ${ending(cause.exit)}`, {
      details: lastLines(cause.exit.stderr.trim() || cause.exit.stdout.trim(), 12),
      hint: what.hint,
    });
  }
}
