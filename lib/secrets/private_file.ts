// A file that only this user can read, for as long as a person edits it.

import { join } from "node:path";
import { AlcaideError } from "../core/error.ts";
import { programVariable } from "./key.ts";

/** A file in a directory of its own; disposing of it removes both. */
export interface PrivateFile extends AsyncDisposable {
  readonly path: string;
  /** Its text now; undefined when it is gone. */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
  /** An empty file takes the directory's place at the end: an editor that is still open can save nothing there. */
  bar(): void;
}

const prefix = "alcaide-edit-";
/** Locked as long as its program lives: the system lets go of it, however that ends. */
const lockName = "lock";

/** Makes such a file, in memory where the system has a place for that. */
export async function privateFile(name: string, places = privatePlaces()): Promise<PrivateFile> {
  const directory = await newDirectory(places);
  const path = join(directory, name);
  const lock = await Deno.open(join(directory, lockName), { write: true, createNew: true, mode: 0o600 });
  await lock.lock(true);
  let barred = false;
  // All ends of the program but a return: an error that nobody catches, a third Ctrl-C.
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
    bar: () => void (barred = true),
    [Symbol.asyncDispose]: async () => {
      globalThis.removeEventListener("unload", remove);
      await Deno.remove(directory, { recursive: true }).catch(absent);
      lock.close();
      if (barred) await Deno.writeTextFile(directory, "", { createNew: true, mode: 0o400 });
    },
  };
}

/** Removes what a program that was killed left behind, and gives the directories. Only this user's is looked at. */
export async function removeAbandoned(places = privatePlaces()): Promise<string[]> {
  const removed: string[] = [];
  for (const place of new Set(places)) {
    for (const { name } of await Array.fromAsync(Deno.readDir(place)).catch(() => [])) {
      const path = join(place, name);
      if (name.startsWith(prefix) && await isAbandoned(path).catch(absent)) {
        await Deno.remove(path, { recursive: true });
        removed.push(path);
      }
    }
  }
  return removed;
}

async function isAbandoned(directory: string): Promise<boolean> {
  const { isDirectory, uid } = await Deno.lstat(directory);
  if (!isDirectory || uid !== Deno.uid()) return false;
  try {
    using lock = await Deno.open(join(directory, lockName), { write: true });
    return await lock.tryLock(true);
  } catch (error) {
    // It begins just now, or an editor made the directory anew when it saved after the end.
    absent(error);
    return (await Array.fromAsync(Deno.readDir(directory))).length > 0;
  }
}

/** Those in memory come first. */
function privatePlaces(): readonly string[] {
  const own = programVariable("TMPDIR") || programVariable("TEMP") || "/tmp";
  return [programVariable("XDG_RUNTIME_DIR") ?? "", "/dev/shm", own].filter((dir) => dir !== "");
}

/** The first place that takes a directory. */
async function newDirectory(places: readonly string[]): Promise<string> {
  let last: unknown;
  for (const dir of places) {
    try {
      return await Deno.makeTempDir({ prefix, dir });
    } catch (cause) {
      last = cause;
    }
  }
  const info = { cause: last, hint: "Set TMPDIR" };
  throw new AlcaideError("Cannot make a private directory for the editor", info);
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
