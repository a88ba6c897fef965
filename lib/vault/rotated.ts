// Has the history of an app tell that its secrets have a new key.

import { dirname, resolve } from "node:path";
import { readableFields } from "../config/field/missing.ts";
import type { Config } from "../config/field/types.ts";
import { resolvePartly } from "../config/resolve.ts";
import { remote } from "../remote/remote.ts";
import { type Servers, servers } from "../remote/servers.ts";
import type { Context } from "../task/context.ts";
import { globalsOf } from "../task/options.ts";
import { actorOf, writeRecord } from "../task/recorded.ts";
import { readAlcaidefile } from "./find_store.ts";

/** Nobody is asked about keys: a record that is missing does no harm. */
function connectQuietly(config: Config): Servers {
  return servers(config.servers.map((server) => remote(server, { name: server.name })));
}

/**
 * Adds a record to the history of each configured server that answers within seconds. Without an Alcaidefile, or beside one that
 * names no app or no server yet, nothing is tried.
 *
 * @param work the encrypted file, and when the rotation began
 */
export async function recordRotation(
  ctx: Context,
  { file, began }: { readonly file: string; readonly began: number },
  connect = connectQuietly,
): Promise<void> {
  const config = await configOf(ctx).catch(() => undefined);
  if (config === undefined) return;
  await using all = connect(config);
  await writeRecord({ config, ui: ctx.ui }, all.all, {
    by: await actorOf(ctx),
    since: new Date(began).toISOString(),
    what: "secrets rotate",
    about: file,
    outcome: "succeeded",
    milliseconds: Date.now() - began,
    steps: [],
  });
}

async function configOf(ctx: Context): Promise<Config | undefined> {
  const file = await readAlcaidefile(ctx);
  if (file === undefined) return undefined;
  const { environment } = globalsOf(ctx);
  const directory = resolve(dirname(file.path));
  const config = resolvePartly(await file.config(), { directory, environment, file: file.path });
  const known = readableFields(config);
  return known.includes("app") && known.includes("servers") ? config : undefined;
}
