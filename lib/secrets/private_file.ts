/**
 * A file that only this user can read, for as long as a person edits it.
 *
 * @module
 */

import { join } from "node:path";
import { AlcaideError } from "../error.ts";
import { programVariable } from "./key.ts";

/** A file in a directory of its own; disposing of it removes both. */
export interface PrivateFile extends AsyncDisposable {
  /** Where it is. */
  readonly path: string;
  /** Its text now; undefined when it is gone. */
  read(): Promise<string | undefined>;
  /** Writes it anew. */
  write(text: string): Promise<void>;
}

/** Makes such a file, in memory where the system has a place for that. */
export async function privateFile(name: string, places = usualPlaces()): Promise<PrivateFile> {
  const directory = await privateDirectory(places);
  const path = join(directory, name);
  // Whatever ends the program otherwise than by a return: an error that nobody catches, a third Ctrl-C.
  const remove = () => removeNow(directory);
  globalThis.addEventListener("unload", remove);
  return {
    path,
    read: () => Deno.readTextFile(path).catch(absent),
    write: async (text) => {
      // Opened anew each time: an editor may have put a file of its own there.
      await Deno.remove(path).catch(absent);
      await Deno.writeTextFile(path, text, { createNew: true, mode: 0o600 });
    },
    [Symbol.asyncDispose]: async () => {
      globalThis.removeEventListener("unload", remove);
      await Deno.remove(directory, { recursive: true }).catch(absent);
    },
  };
}

/** Those in memory come first; undefined is the system's place for temporary files. */
function usualPlaces(): readonly (string | undefined)[] {
  return [programVariable("XDG_RUNTIME_DIR") ?? "", "/dev/shm", undefined];
}

/** The first place that takes a directory. */
async function privateDirectory(places: readonly (string | undefined)[]): Promise<string> {
  let last: unknown;
  for (const dir of places) {
    if (dir === "") continue;
    try {
      return await Deno.makeTempDir({ prefix: "alcaide-edit-", ...dir === undefined ? {} : { dir } });
    } catch (cause) {
      last = cause;
    }
  }
  throw new AlcaideError("Cannot make a private directory for the editor", {
    cause: last,
    hint: "Set TMPDIR",
  });
}

function removeNow(directory: string): void {
  try {
    Deno.removeSync(directory, { recursive: true });
  } catch {
    // Gone already.
  }
}

function absent(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
