// A console of the app's database, and a dump of it in a file here.

import { bytes, duration } from "../core/text.ts";
import { execHere } from "../running/run.ts";
import type { Context } from "../task/context.ts";
import { globalsOf } from "../task/options.ts";
import { explained } from "./explained.ts";
import { type DatabaseJson, pathToWrite, standardTake } from "./files.ts";
import type { DatabaseChoice } from "./options.ts";
import { findDatabase } from "./target.ts";

/** Opens the database's console, and gives its exit status. */
export async function openDatabase(ctx: Context, choice: DatabaseChoice): Promise<number> {
  const { server, database, place } = await findDatabase(ctx, choice, "open the console of");
  return await execHere(ctx, server, database.console(place));
}

/** Dumps the database to a file; "-" is standard output. */
export async function dumpDatabase(ctx: Context, file: string, options: DatabaseChoice): Promise<void> {
  const began = Date.now();
  const toStream = file === "-";
  const to = toStream ? standardTake(globalsOf(ctx).json === true) : await pathToWrite(file, options.force);
  const { server, database, place, name } = await findDatabase(ctx, options, "dump");
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
    {
      accessory: name,
      server: server.name,
      file,
      bytes: size,
      milliseconds: Date.now() - began,
    } satisfies DatabaseJson,
    `${name} of ${server.name} is in ${file}: ${bytes(size)} in ${took}`,
  );
}
