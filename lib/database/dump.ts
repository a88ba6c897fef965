// A console of the app's database, and a dump of it in a file here.

import { dumpWithEstimate, type Estimate, estimateIn } from "../commands/accessory/dump.ts";
import { bytes, duration } from "../core/text.ts";
import type { Take } from "../remote/download.ts";
import { execHere } from "../running/run.ts";
import type { Context } from "../task/context.ts";
import { globalsOf } from "../task/options.ts";
import { type Action, recorded } from "../task/recorded.ts";
import { explained } from "./explained.ts";
import { type DatabaseJson, pathToWrite, standardTake } from "./files.ts";
import type { DatabaseChoice } from "./options.ts";
import { type Database, findDatabase } from "./target.ts";

/** Opens the database's console, and gives its exit status. */
export async function openDatabase(ctx: Context, choice: DatabaseChoice): Promise<number> {
  const { server, database, place, name } = await findDatabase(ctx, choice, "open the console of");
  const action = { what: "db console", about: name, servers: [server] };
  return await recorded(ctx, action, (ctx) => execHere(ctx, server, database.console(place)));
}

/** Dumps the database to a file; "-" is standard output. */
export async function dumpDatabase(ctx: Context, file: string, options: DatabaseChoice): Promise<void> {
  const began = Date.now();
  const toStream = file === "-";
  const to = toStream ? standardTake(globalsOf(ctx).json === true) : await pathToWrite(file, options.force);
  const found = await findDatabase(ctx, options, "dump");
  const { server, name } = found;
  const action: Action = { what: "db dump", about: name, servers: [server] };
  await recorded(ctx, action, async (ctx) => {
    action.bytes = await dump(ctx, found, to);
  });
  const size = action.bytes ?? 0;
  const milliseconds = Date.now() - began;
  const said = `${bytes(size)} in ${duration(milliseconds)}`;
  if (toStream) return ctx.ui.info(`Dumped ${name} of ${server.name}: ${said}`);
  ctx.ui.result(
    { accessory: name, server: server.name, file, bytes: size, milliseconds } satisfies DatabaseJson,
    `${name} of ${server.name} is in ${file}: ${said}`,
    { prose: true },
  );
}

/** Gives the size of the dump, which nobody knows before its end. */
async function dump(
  ctx: Context,
  { server, database, place, name }: Database,
  to: string | Take,
): Promise<number> {
  ctx.ui.step(`Dump ${name}`);
  const command = dumpWithEstimate(place.app, name, database.dump(place), database.size?.(place));
  let estimate: Estimate | undefined;
  const show = (done: number) => {
    // One that turns out too small tells nothing more.
    if (estimate !== undefined && done > estimate.bytes) estimate = undefined;
    ctx.ui.progress(`From ${server.name}`, done, estimate?.bytes ?? 0, estimate?.is);
  };
  return await explained(
    { doing: `dump ${name}`, server: server.name, hint: "No file was written" },
    () =>
      server.download(command, to, {
        signal: ctx.signal,
        onProgress: show,
        onFirstLine: (line) => {
          const found = estimateIn(line);
          estimate = found?.estimate;
          return found !== undefined;
        },
      }),
  );
}
