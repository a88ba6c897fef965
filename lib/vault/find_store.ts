// The encrypted file that `alcaide secrets` works on. It works without an Alcaidefile, and beside one that isn't finished.

import { dirname } from "node:path";
import { findAlcaidefile } from "../cli/find_file.ts";
import { type Alcaidefile, loadAlcaidefile, readerOf } from "../cli/loader.ts";
import { local } from "../remote/local.ts";
import type { SecretsOptions } from "../secrets/reference.ts";
import { type SecretsStore, secretsStore } from "../secrets/store.ts";
import { readKeyFile } from "../secrets/key.ts";
import type { Context } from "../task/context.ts";
import { globalsOf } from "../task/options.ts";
import type { SecretsChoice } from "./options.ts";

/** Finds the file of the environment that `-e` chose, beside the Alcaidefile. */
export async function findStore(ctx: Context, { file, key }: SecretsChoice): Promise<SecretsStore> {
  const { environment, config } = globalsOf(ctx);
  const path = await findAlcaidefile(ctx.directory, config);
  const directory = path === undefined ? ctx.directory : dirname(path);
  const options: SecretsOptions = {
    ...file === undefined ? {} : { file },
    ...key === undefined ? {} : { key },
  };
  const parts = { directory, environment, local: local({ cwd: directory }), signal: ctx.signal };
  const store = secretsStore(parts, options);
  if (store.source.kind === "variable") return store;
  const keyCommand = await commandOf(ctx).catch(async (error) => {
    // Tasks that need the Alcaidefile report its problems; here it may only say where the key is.
    if (await readKeyFile(store.paths.key, store.paths.keyName) !== undefined) return undefined;
    if (ctx.args[0] === "init") return undefined;
    throw error;
  });
  return secretsStore({ ...parts, keyCommand }, options);
}

/** Reads the Alcaidefile by the program's way, for a binary has its own; outside of a program as Deno does. */
export async function readAlcaidefile(ctx: Context): Promise<Alcaidefile | undefined> {
  const { environment, config } = globalsOf(ctx);
  const byDeno = async () => {
    const path = await findAlcaidefile(ctx.directory, config);
    return path === undefined ? undefined : await loadAlcaidefile(path, { environment });
  };
  return await (readerOf(ctx) ?? byDeno)();
}

async function commandOf(ctx: Context): Promise<string | undefined> {
  const config = await (await readAlcaidefile(ctx))?.config();
  const { keyCommand } = (config ?? {}) as { keyCommand?: unknown };
  return typeof keyCommand === "string" && keyCommand.trim() !== "" ? keyCommand : undefined;
}
