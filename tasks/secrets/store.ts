/**
 * The encrypted file that `alcaide secrets` works on. It works without an Alcaidefile, and beside one that isn't finished.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import { findAlcaidefile, loadAlcaidefile, readerOf } from "../../lib/cli/loader.ts";
import { local } from "../../lib/remote/local.ts";
import type { SecretsOptions } from "../../lib/secrets/reference.ts";
import { type SecretsStore, secretsStore } from "../../lib/secrets/store.ts";
import { readKeyFile } from "../../lib/secrets/key.ts";
import type { Context } from "../../lib/task/context.ts";

/** Finds the file of the environment that `-e` chose, beside the Alcaidefile. */
export async function findStore(ctx: Context): Promise<SecretsStore> {
  const environment = text(ctx, "environment");
  const config = text(ctx, "config");
  const path = config === undefined ? await findAlcaidefile(ctx.directory) : resolve(ctx.directory, config);
  const directory = path === undefined ? ctx.directory : dirname(path);
  const [file, key] = [text(ctx, "file"), text(ctx, "key")];
  const options: SecretsOptions = {
    ...file === undefined ? {} : { file },
    ...key === undefined ? {} : { key },
  };
  const parts = { directory, environment, local: local({ cwd: directory }), signal: ctx.signal };
  const store = secretsStore(parts, options);
  if (store.source.kind === "variable") return store;
  const keyCommand = await commandOf(ctx, path, environment).catch(async (error) => {
    // Tasks that need the Alcaidefile report its problems; here it may only say where the key is.
    if (await readKeyFile(store.paths.key, store.paths.keyName) !== undefined) return undefined;
    if (ctx.args[0] === "init") return undefined;
    throw error;
  });
  return secretsStore({ ...parts, keyCommand }, options);
}

/** By the program's way to read it, for a binary has its own; outside of a program as Deno does. */
async function commandOf(
  ctx: Context,
  path: string | undefined,
  environment: string | undefined,
): Promise<string | undefined> {
  const byDeno = () => path === undefined ? undefined : loadAlcaidefile(path, { environment });
  const file = await (readerOf(ctx) ?? byDeno)();
  const config = await file?.config();
  const { keyCommand } = (config ?? {}) as { keyCommand?: unknown };
  return typeof keyCommand === "string" && keyCommand.trim() !== "" ? keyCommand : undefined;
}

function text(ctx: Context, option: string): string | undefined {
  const value = ctx.options[option];
  return typeof value === "string" ? value : undefined;
}
