// Temporary files and directories that can't be made.

import { AlcaideError } from "../core/error.ts";

/** The error for a place for temporary files that is missing or takes none. */
export function noTemporary(what: "directory" | "file", cause: unknown): AlcaideError {
  return new AlcaideError(`Cannot make a temporary ${what}`, {
    cause,
    hint: "Set TMPDIR to a directory that exists and is writable",
  });
}
