// Files of dumps on this machine, and the standard streams in their place.

import { basename, dirname } from "node:path";
import { AlcaideError, messageOf, UsageError } from "../core/error.ts";
import type { Take } from "../remote/download.ts";
import { cannotWrite } from "../remote/local_file.ts";
import { inputBytes, outputBytes } from "../ui/streams.ts";

/** A dump that was made or restored. */
export interface DatabaseJson {
  /** The accessory's name. */
  readonly accessory: string;
  /** The server that it is on. */
  readonly server: string;
  /** The dump's file, as it was given. */
  readonly file: string;
  /** The dump's size. */
  readonly bytes: number;
  /** The time it took. */
  readonly milliseconds: number;
}

/** The dump to restore. */
export interface Source extends Disposable {
  /** Its name in output. */
  readonly name: string;
  /** Its size; undefined when nobody knows it. */
  readonly size: number | undefined;
  readonly stream: ReadableStream<Uint8Array>;
}

/**
 * The path of a file that is to be written.
 *
 * @throws {AlcaideError} when something is there, unless it is a file and told to be replaced
 */
export async function pathToWrite(path: string, replace: boolean): Promise<string> {
  const there = await Deno.lstat(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw unusable("write", path, error);
  });
  if (there === undefined) {
    // Before anything is dumped for nothing.
    await Deno.stat(dirname(path)).catch((error) => {
      throw cannotWrite(`"${path}"`, error);
    });
    return path;
  }
  if (!there.isFile) {
    throw new AlcaideError(`Cannot write to "${path}": it is not a file`, {
      hint: 'Name a file, or write "-" for standard output',
    });
  }
  if (replace) return path;
  throw new AlcaideError(`Cannot write to "${path}": it exists already`, {
    hint: "Give another name, or replace it with --force",
  });
}

/**
 * Gives pieces on to standard output.
 *
 * @throws {UsageError} when that is a terminal, or for JSON
 */
export function standardTake(json: boolean): Take {
  if (json) throw new UsageError("Cannot print a dump with --json", { hint: "Name a file" });
  return outputBytes();
}

/**
 * Opens a dump.
 *
 * @throws {AlcaideError} when it can't be read
 */
export async function openSource(path: string): Promise<Source> {
  if (path === "-") {
    return { name: "standard input", size: undefined, stream: inputBytes(), [Symbol.dispose]: () => {} };
  }
  const file = await Deno.open(path).catch((error) => {
    throw unusable("read", path, error);
  });
  const { size, isFile } = await file.stat();
  if (isFile && size > 0) {
    return { name: basename(path), size, stream: file.readable, [Symbol.dispose]: () => close(file) };
  }
  close(file);
  throw new AlcaideError(`Cannot restore "${path}": it is ${isFile ? "empty" : "not a file"}`, {
    hint: 'Give a file that "alcaide db dump" wrote',
  });
}

function close(file: Deno.FsFile): void {
  try {
    file.close();
  } catch {
    // Read to its end, it closed itself.
  }
}

function unusable(verb: string, path: string, cause: unknown): AlcaideError {
  const known = [[Deno.errors.NotFound, "there is no such file"], [
    Deno.errors.PermissionDenied,
    "permission denied",
  ]] as const;
  const why = known.find(([kind]) => cause instanceof kind)?.[1] ??
    messageOf(cause);
  return new AlcaideError(`Cannot ${verb} "${path}": ${why}`, { cause });
}
