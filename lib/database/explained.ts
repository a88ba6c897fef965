// Errors with the words of a database's own programs.

import { AlcaideError, CommandError, ending, lastLines } from "../core/error.ts";
import { type Known, remedy } from "../hints/known.ts";
import { databaseFailures } from "../hints/restore.ts";

/**
 * Makes an error with the program's last words.
 *
 * @param what.known remedies by these words
 */
export async function explained<T>(
  what: { doing: string; server: string; hint: string; known?: Known },
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    const advice = remedy(cause.exit, what.known ?? {}, databaseFailures);
    throw new AlcaideError(`Cannot ${what.doing} on ${what.server}: ${ending(cause.exit)}`, {
      details: reason(cause.exit.stderr.trim() || cause.exit.stdout.trim()),
      hint: advice === undefined ? what.hint : `${advice}. ${what.hint}`,
    });
  }
}

/** A dozen lines with the reason: the statement that failed may be longer than that, and follows it. */
function reason(text: string): string[] {
  const at = text.search(/^.*\berror:/im);
  return at < 0 ? lastLines(text, 12) : text.slice(at).split("\n").slice(0, 12);
}
