// A file that is written once and never overwritten.

import { type Outcome, unwritable } from "./gitignore.ts";

/**
 * Writes a file unless there is one.
 *
 * @throws {AlcaideError} when it can't be written
 */
export async function writeNew(path: string, text: string): Promise<Outcome> {
  try {
    await Deno.writeTextFile(path, text, { createNew: true });
    return "written";
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) return "left alone";
    throw unwritable(path, cause);
  }
}
