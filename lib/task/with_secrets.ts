// A context in which every secret has its value.

import { changed, readableFields } from "../config/field/missing.ts";
import { checkRevealed } from "../config/resolve.ts";
import type { Config } from "../config/field/types.ts";
import { ConfigError, type Problem } from "../core/error.ts";
import type { Secret } from "../core/secret.ts";
import { named } from "../core/shape.ts";
import { didYouMean } from "../core/text.ts";
import { isVariableName } from "../secrets/format.ts";
import { secretsPaths } from "../secrets/files.ts";
import { type Lookup, lookupsOf, rawUrlsIn, referencesIn, resolveAll } from "../secrets/reference.ts";
import { secretsStore } from "../secrets/store.ts";
import type { Context } from "./context.ts";

/**
 * The same context with the values of all secrets that its configuration names, and with those of the encrypted file in
 * `env`. Without a file and without a reference nothing happens, and no key is asked for.
 *
 * @param fields only these fields of the configuration: what isn't used needs no key
 * @throws {ConfigError} for each name that the file doesn't have, and when the file can't be decrypted
 *
 * @example
 * ```ts ignore
 * import { sh, task, withSecrets } from "alcaide";
 *
 * export const check = task("Ask the database", async (ctx) => {
 *   const { config: { env }, local } = await withSecrets(ctx);
 *   await local.run(sh`psql -c 'select 1'`, { stdin: String(env.DATABASE_URL) });
 * });
 * ```
 */
export async function withSecrets<Own extends Context>(
  ctx: Own,
  fields?: readonly (keyof Config)[],
): Promise<Own> {
  const { config } = ctx;
  const wanted = fields ?? readableFields(config);
  const part = Object.fromEntries(wanted.map((name) => [name, config[name]]));
  const references = referencesIn(part);
  const merging = wanted.includes("env") && await wantsFile(ctx);
  warnOfUrls(ctx, part);
  if (references.length === 0 && !merging) return ctx;
  const fileOf = await openFiles(ctx, references.flatMap(({ secret }) => lookupsOf(secret)));
  const problems: Problem[] = [];
  for (const { path, secret } of references) {
    for (const lookup of lookupsOf(secret)) {
      const { file, values } = fileOf(lookup);
      if (Object.hasOwn(values, lookup.name)) continue;
      problems.push({ path: written(path), ...absent(lookup.name, file, Object.keys(values)) });
    }
  }
  const more = merging ? await fileEnv(ctx, problems) : {};
  if (problems.length > 0) throw new ConfigError(problems);
  const valueOf = (lookup: Lookup) => fileOf(lookup).values[lookup.name]?.reveal() ?? "";
  const known: Partial<Config> = resolveAll(part, valueOf);
  const env = known.env === undefined ? {} : { env: Object.freeze({ ...known.env, ...more }) };
  const full = changed(config, { ...known, ...env });
  checkRevealed(full, references.map(({ path }) => path));
  return { ...ctx, config: full };
}

/** Warns of URLs in which a secret stands as it is: the next password may not fit there. */
export function warnOfUrls({ ui }: Pick<Context, "ui">, part: Partial<Config>): void {
  for (const path of rawUrlsIn(part)) {
    ui.warn(
      `${written(path)}: a secret stands in a URL as it is, where @ / # % : mean something else`,
      "Write secretUrl`…` in place of secretText`…`: it encodes the secret",
    );
  }
}

/** The path as a user wrote it: the options given to a function are kept below "options". */
function written(path: string): string {
  return path.replace(/^(accessories\.\w+)\.options\./, "$1.").replace(/^servers\[/, "server[");
}

/** True when the file's values are variables of the app. */
async function wantsFile({ config, secrets }: Context): Promise<boolean> {
  if (config.secretEnv !== undefined) return config.secretEnv.length > 0;
  return await secrets.exists();
}

/** The file's values that are variables of the app. */
async function fileEnv({ config, secrets }: Context, problems: Problem[]): Promise<Record<string, Secret>> {
  const all = await secrets.load();
  const { name: file } = secretsPaths(config);
  const wanted = config.secretEnv ?? Object.keys(all).filter(isVariableName);
  const env: Record<string, Secret> = {};
  wanted.forEach((name, index) => {
    const value = named(all, name);
    if (value === undefined) {
      problems.push({ path: `secretEnv[${index}]`, ...absent(name, file, Object.keys(all)) });
    } else if (name === "PORT") {
      const hint = 'Run "alcaide secrets unset PORT": it is set from jail.port';
      problems.push({ path: "env.PORT", problem: `${file} holds it`, hint });
    } else env[name] = value;
  });
  return env;
}

function absent(name: string, file: string, known: readonly string[]): Omit<Problem, "path"> {
  const near = didYouMean(name, known);
  const hint = near.startsWith("Did") ? near : `Run "alcaide secrets set ${name}"`;
  return { problem: `${file} holds no secret "${name}"`, hint };
}

/** An encrypted file: its name for messages, and what it holds. */
type Opened = Readonly<{ file: string; values: Readonly<Record<string, Secret>> }>;

/** The files that references lead to, each opened once. */
async function openFiles(ctx: Context, lookups: readonly Lookup[]): Promise<(lookup: Lookup) => Opened> {
  const { config, secrets, local, signal } = ctx;
  const { directory, environment, keyCommand } = config;
  const opened = new Map<string, Opened>();
  for (const { from } of lookups) {
    const which = JSON.stringify(from);
    if (opened.has(which)) continue;
    const parts = { directory, environment, keyCommand, local, signal };
    const store = which === "{}" ? secrets : secretsStore(parts, from);
    opened.set(which, { file: secretsPaths(config, from).name, values: await store.load() });
  }
  return ({ from }) => opened.get(JSON.stringify(from)) ?? { file: "", values: {} };
}
