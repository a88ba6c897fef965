// Where the key comes from: `ALCAIDE_MASTER_KEY`, a command, or a file.

import { AlcaideError, lastLines } from "../core/error.ts";
import type { Runner } from "../remote/runner.ts";
import { raw } from "../core/sh.ts";
import { importKey, type Key } from "./cipher.ts";
import { refuse, unreadable } from "./format.ts";
import { parseKey } from "./key_text.ts";
import type { SecretsPaths } from "./files.ts";

/** The variable that holds a key where there is no file with it: in CI. */
export const keyVariable = "ALCAIDE_MASTER_KEY";

/** Where a key comes from. */
export type KeySource =
  | { readonly kind: "variable"; readonly text: string }
  | { readonly kind: "command"; readonly command: string }
  | { readonly kind: "file"; readonly path: string };

/** The places that a key may come from. */
export interface KeyChoice {
  readonly paths: SecretsPaths;
  /** A command that prints it. */
  readonly keyCommand: string | undefined;
  /** True when the file is named on purpose: then nothing else is asked. */
  readonly ownFile: boolean;
  readonly variable: (name: string) => string | undefined;
}

/** Decides where the key comes from. */
export function keySource({ paths, keyCommand, ownFile, variable }: KeyChoice): KeySource {
  const file = { kind: "file", path: paths.key } as const;
  if (ownFile) return file;
  const text = variable(keyVariable) ?? "";
  if (text.trim() !== "") return { kind: "variable", text };
  return keyCommand === undefined ? file : { kind: "command", command: keyCommand };
}

/** Reads a variable of this program's environment. */
export function programVariable(name: string): string | undefined {
  return Deno.env.get(name);
}

/** The inputs of reading a key. */
export interface KeyReader {
  readonly paths: SecretsPaths;
  /** Runs the command. */
  readonly local: Runner;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the key.
 *
 * @throws {ConfigError} when it isn't there, others may read it, or it is none
 */
export async function readKey(source: KeySource, reader: KeyReader): Promise<Key> {
  if (source.kind === "variable") return await importKey(parseKey(source.text, keyVariable));
  if (source.kind === "command") {
    return await importKey(parseKey(await askCommand(source.command, reader), "the key of keyCommand"));
  }
  const text = await readKeyFile(source.path, reader.paths.keyName);
  if (text === undefined) throw noKey(reader.paths);
  return await importKey(parseKey(text, reader.paths.keyName));
}

/**
 * Reads a file with a key; undefined when there is none.
 *
 * @throws {ConfigError} when others may read it
 */
export async function readKeyFile(path: string, name: string): Promise<string | undefined> {
  try {
    const { mode, isFile } = await Deno.stat(path);
    if (isFile && mode !== null && (mode & 0o077) !== 0) {
      const shown = (mode & 0o777).toString(8);
      throw refuse(name, `others may read it: its mode is ${shown}`, `Run "chmod 600 ${name}"`);
    }
    return await Deno.readTextFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    if (cause instanceof AlcaideError) throw cause;
    throw unreadable(name, cause);
  }
}

function noKey({ name, keyName }: SecretsPaths): Error {
  const hint = `Put it there with mode 600 (a colleague has it), set ${keyVariable}, or set keyCommand`;
  return refuse(`the secrets of ${name}`, `their key ${keyName} is missing`, hint);
}

/** Its output is a key, so no message holds any of it; nor the command, which may be confidential. */
async function askCommand(command: string, { local, signal }: KeyReader): Promise<string> {
  const exit = await local.exec(raw(command), { ...signal ? { signal } : {}, timeout: 5 * 60_000 });
  if (exit.code === 0) return exit.stdout;
  const how = exit.code === null ? "it was killed" : `it ended with status ${exit.code}`;
  throw new AlcaideError(`Cannot get the key by keyCommand: ${how}`, {
    details: lastLines(exit.stderr.trim(), 12),
    hint: `Try it in a shell, in the Alcaidefile's directory, or set ${keyVariable}`,
  });
}
