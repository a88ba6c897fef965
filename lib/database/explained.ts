// Errors with the words of a database's own programs.

import { AlcaideError, CommandError, ending, lastLines } from "../core/error.ts";

/** Makes an error with the program's last words. */
export async function explained<T>(
  what: { doing: string; server: string; hint: string },
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    throw new AlcaideError(`Cannot ${what.doing} on ${what.server}: ${ending(cause.exit)}`, {
      details: lastLines(cause.exit.stderr.trim() || cause.exit.stdout.trim(), 12),
      hint: what.hint,
    });
  }
}
