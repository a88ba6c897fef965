// `alcaide secrets init|rotate`: the key.

import { privateDirectory } from "../remote/local_file.ts";
import { basename, dirname, join, relative } from "node:path";
import { AlcaideError, ConfigError } from "../core/error.ts";
import { importKey, type Key } from "../secrets/cipher.ts";
import { readDraft, writeDraft } from "../secrets/draft.ts";
import { keyVariable, readKeyFile } from "../secrets/key.ts";
import { newKeyText, parseKey } from "../secrets/key_text.ts";
import { newKeyPath, replaceFile, type SecretsStore } from "../secrets/store.ts";
import { plural } from "../core/text.ts";
import type { Context } from "../task/context.ts";
import { ignore, ignoredPaths, type Outcome } from "../init/gitignore.ts";

/** With `init`. */
export interface InitJson {
  /** The files: written, extended or left alone. */
  readonly files: Readonly<Record<string, Outcome>>;
}

/** With `rotate`. */
export interface RotateJson {
  /** The encrypted file. */
  readonly file: string;
  /** The file with the new key. */
  readonly key: string;
  /** How many secrets it holds. */
  readonly secrets: number;
}

/** Makes a key and an encrypted file without secrets; what is there is left alone. */
export async function initSecrets(ctx: Context, store: SecretsStore): Promise<void> {
  const { name, keyName, key, file } = store.paths;
  const [hadFile, hadKey] = [await store.exists(), await hasKey(store)];
  if (hadFile && !hadKey) {
    throw new ConfigError([{
      path: name,
      problem: `it exists already, and its key ${keyName} is missing`,
      hint: "Ask a colleague for the key; without it nobody can read the file, and you can only remove it",
    }]);
  }
  if (!hadKey) await writeKey(key, newKeyText());
  const outcomes: Record<string, Outcome> = {
    ...store.source.kind === "file" ? { [keyName]: hadKey ? "left alone" : "written" } : {},
    ".gitignore": await ignore(join(dirname(file), ".gitignore"), pathsToIgnore(store)),
    [name]: hadFile ? "left alone" : "written",
  };
  if (!hadFile) await store.write(new Map(), await store.key());
  for (const [path, outcome] of Object.entries(outcomes)) ctx.ui.info(`${path}: ${outcome}`);
  ctx.ui.result(
    { files: outcomes } satisfies InitJson,
    hadFile && hadKey ? "Everything is there already" : nextSteps(store, hadKey),
    { prose: true },
  );
}

/** The usual directory; a key that is elsewhere below this one needs a line of its own. */
function pathsToIgnore({ paths: { file, key } }: SecretsStore): readonly string[] {
  const path = relative(dirname(file), key);
  if (path.startsWith("..") || ignoredPaths.some((ignored) => path.startsWith(ignored))) return ignoredPaths;
  return [`/${path}`];
}

function nextSteps({ paths, source }: SecretsStore, hadKey: boolean): string {
  const own = source.kind === "file" && !hadKey;
  return [
    "Next:",
    `  1. Commit ${paths.name}; its values can't be read without the key`,
    ...own ? [`  2. Keep a copy of ${paths.keyName} in a safe place: nobody can restore it`] : [],
    `  ${own ? 3 : 2}. "alcaide secrets edit" or "alcaide secrets set NAME" fills it`,
  ].join("\n");
}

async function hasKey(store: SecretsStore): Promise<boolean> {
  if (store.source.kind !== "file") return true;
  const { key, keyName } = store.paths;
  return await readKeyFile(key, keyName) !== undefined;
}

async function writeKey(path: string, text: string): Promise<void> {
  const directory = dirname(path);
  await privateDirectory(directory);
  // One that was there may have another mode; only our own is ours to change.
  if (basename(directory) === ".alcaide" && Deno.build.os !== "windows") await Deno.chmod(directory, 0o700);
  await replaceFile(path, text, { mode: 0o600 });
}

/** Encrypts all values with a new key. */
export async function rotateKey(ctx: Context, store: SecretsStore): Promise<void> {
  const began = Date.now();
  const before = await store.open();
  const { paths, source } = store;
  const text = newKeyText();
  const fresh = await importKey(parseKey(text, paths.keyName));
  // The new key is on disk before the file needs it: whatever cuts this off, one of the two keys fits.
  await keepUsed(store, before.key);
  await writeKey(newKeyPath(paths), text);
  const draft = await readDraft(paths, before.key);
  await store.write(before.values, fresh, before);
  if (draft) await writeDraft(paths, fresh, draft);
  if (source.kind === "file") await Deno.rename(newKeyPath(paths), paths.key);
  const where = source.kind === "file" ? paths.keyName : `${paths.keyName}.new`;
  ctx.ui.result(
    { file: paths.name, key: where, secrets: before.values.size } satisfies RotateJson,
    `${paths.name}: ${plural(before.values.size, "secret")} encrypted with the new key in ${where}
${afterwards(source.kind, where)}, and commit the file.
The old key still opens older versions of the file in the repository: when it leaked, change the values, too.`,
    { prose: true },
  );
  // Last: a server that does not answer must not keep anybody from the words above.
  const { recordRotation } = await import("./rotated.ts");
  await recordRotation(ctx, { file: paths.name, began });
}

function afterwards(kind: SecretsStore["source"]["kind"], where: string): string {
  if (kind === "file") return "Give the new key to whoever needs it";
  const place = kind === "variable" ? `where ${keyVariable} comes from` : "where keyCommand finds it";
  return `Put the new key ${place}, remove ${where}`;
}

/** The last rotation may have left the only fitting key beside its place: it must not be written over. */
async function keepUsed({ paths }: SecretsStore, used: Key): Promise<void> {
  const beside = newKeyPath(paths);
  const name = basename(beside);
  const text = await readKeyFile(beside, name);
  if (text === undefined || (await importKey(parseKey(text, name))).id !== used.id) return;
  throw new AlcaideError(`Cannot rotate again: the last new key is still in ${paths.keyName}.new`, {
    hint: "Put it where the key comes from, then remove the file",
  });
}
