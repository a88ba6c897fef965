// An encrypted file and its key, opened and written.

import { dirname } from "node:path";
import { AlcaideError } from "../core/error.ts";
import { writeAll } from "../core/write_all.ts";
import type { Runner } from "../remote/runner.ts";
import { type Secret, secret } from "../core/secret.ts";
import { type Contents, decryptFile, encryptFile, importKey, type Key, type Values } from "./cipher.ts";
import { fileText, parseFile, refuse, type SecretsFile, unreadable } from "./format.ts";
import { type KeySource, keySource, programVariable, readKey, readKeyFile } from "./key.ts";
import { parseKey } from "./key_text.ts";
import { type SecretsPaths, secretsPaths, type SecretsPlace } from "./files.ts";
import type { SecretsOptions } from "./reference.ts";

/** Secrets by name. */
export interface Secrets {
  /** True when there is an encrypted file. */
  exists(): Promise<boolean>;
  /** The names in it, which need no key. */
  names(): Promise<string[]>;
  /** All secrets by name. */
  load(): Promise<Record<string, Secret>>;
}

/** An encrypted file that was decrypted. */
export interface Opened {
  readonly text: string;
  readonly file: SecretsFile;
  /** The key that opened it. */
  readonly key: Key;
  readonly values: Values;
}

/** An encrypted file that can be read and written. */
export interface SecretsStore extends Secrets {
  readonly paths: SecretsPaths;
  readonly source: KeySource;
  key(): Promise<Key>;
  /** Decrypts it, all or nothing. */
  open(): Promise<Opened>;
  /** Writes it: whole or not at all. Equal values of the opened file keep their lines. */
  write(contents: Contents["values"], key: Key, before?: Opened): Promise<void>;
}

/** The inputs of a store. */
export interface StoreParts extends SecretsPlace {
  /** Runs `keyCommand`. */
  readonly local: Runner;
  /** The configuration's fields. */
  readonly keyCommand?: string | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
  /** Reads a variable. Default: this program's. */
  readonly variable?: (name: string) => string | undefined;
}

/** Makes a store; nothing is read yet. */
export function secretsStore(parts: StoreParts, options: SecretsOptions = {}): SecretsStore {
  const paths = secretsPaths(parts, options);
  const { variable = programVariable, local, signal } = parts;
  const source = keySource({
    paths,
    keyCommand: options.keyCommand ?? parts.keyCommand,
    ownFile: options.key !== undefined && options.keyCommand === undefined,
    variable,
  });
  const key = once(() => readKey(source, { paths, local, signal }));
  const open = once(() => openFile(paths, key, source));
  return {
    paths,
    source,
    key,
    open,
    exists: async () => await readFile(paths) !== undefined,
    names: async () => [...parseOf(paths, await textOf(paths)).values.keys()],
    load: async () =>
      Object.fromEntries([...(await open()).values].map(([name, text]) => [name, secret(text)])),
    write: async (values, writeKey, before) => {
      const environment = before === undefined ? parts.environment : before.file.environment;
      const file = await encryptFile({ environment, values }, writeKey, before);
      await replaceFile(paths.file, fileText(file), { now: before?.text });
    },
  };
}

/** A key is asked for once, however many need it; a failure is not remembered. */
function once<T>(run: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= run().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

async function openFile(paths: SecretsPaths, key: () => Promise<Key>, source: KeySource): Promise<Opened> {
  const text = await textOf(paths);
  const file = parseOf(paths, text);
  const usual = await key();
  const used = usual.id === file.keyId ? usual : await newerKey(paths, file) ?? usual;
  const values = await decryptFile(file, used, paths.name);
  // The last step of a rotation that was cut off. Where it can't be done here, the next one finds both again.
  if (used !== usual && source.kind === "file") {
    await Deno.rename(newKeyPath(paths), paths.key).catch(() => {});
  }
  return { text, file, key: used, values };
}

/** Where a rotation lays the new key until it has its place. */
export function newKeyPath({ key }: Pick<SecretsPaths, "key">): string {
  return `${key}.new`;
}

/** The key of a rotation that was cut off, or that waits for a vault. */
async function newerKey(paths: SecretsPaths, file: SecretsFile): Promise<Key | undefined> {
  const name = `${paths.keyName}.new`;
  const text = await readKeyFile(newKeyPath(paths), name);
  if (text === undefined) return undefined;
  const key = await importKey(parseKey(text, name));
  return key.id === file.keyId ? key : undefined;
}

async function readFile({ file, name }: SecretsPaths): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(file);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw unreadable(name, cause);
  }
}

async function textOf(paths: SecretsPaths): Promise<string> {
  const text = await readFile(paths);
  if (text !== undefined) return text;
  const which = paths.environment?.name === undefined ? "" : ` -e ${paths.environment.name}`;
  throw refuse(paths.name, "there is no such file", `Run "alcaide secrets init${which}" to make it`);
}

function parseOf(paths: SecretsPaths, text: string): SecretsFile {
  const file = parseFile(text, paths.name);
  if (paths.environment === undefined || paths.environment.name === file.environment) return file;
  const whose = file.environment === undefined ? "no environment" : `the environment "${file.environment}"`;
  const hint = "Each environment has a file of its own: don't copy them";
  throw refuse(paths.name, `it was made for ${whose}`, hint);
}

/** How to write a file. */
export interface WriteOptions {
  /** Its mode. Default: that of the file before, else that of new files. */
  readonly mode?: number;
  /** Its contents until then; undefined: anything. */
  readonly now?: string | undefined;
}

/**
 * Writes a file: whole or not at all.
 *
 * @throws {AlcaideError} when it can't be written, or somebody else changed it meanwhile
 */
export async function replaceFile(
  path: string,
  text: string,
  { mode, now }: WriteOptions = {},
): Promise<void> {
  const place = await Deno.realPath(path).catch(() => path);
  const beside = `${place}.${crypto.randomUUID().slice(0, 8)}`;
  try {
    const before = await Deno.stat(place).catch(() => undefined);
    const kept = mode ?? before?.mode ?? 0o644;
    await Deno.mkdir(dirname(place), { recursive: true });
    {
      using made = await Deno.open(beside, { write: true, createNew: true, mode: kept & 0o777 });
      writeAll(made, new TextEncoder().encode(text));
      // Also after a power cut there is either the old file or the whole new one.
      await made.sync();
    }
    if (now !== undefined && await Deno.readTextFile(place) !== now) {
      const hint = "Try again";
      throw new AlcaideError(`Cannot write ${path}: somebody else changed it meanwhile`, { hint });
    }
    await Deno.rename(beside, place);
  } catch (cause) {
    await Deno.remove(beside).catch(() => {});
    if (cause instanceof AlcaideError) throw cause;
    throw new AlcaideError(`Cannot write ${path}`, { cause, hint: "Check the directory's permissions" });
  }
}
