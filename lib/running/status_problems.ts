// Words for problems of an app on a server, and for their remedy.

/** The word for the health on a server that can't be asked. */
export const unreachable = "unreachable";

/** The word for the health on a server that nobody prepared. */
export const unprepared = "not set up";

/** The problem of an app whose page stands in. */
export const pausedApp = "visitors see the maintenance page, not the app";

/** The remedy of problems that `alcaide repair` knows. */
export const repairHint = '"alcaide repair --plan" says what to do';

/** True for a server whose problems `alcaide repair` knows. */
export function isRepairable(
  { health, problems }: { readonly health: string; readonly problems: readonly string[] },
): boolean {
  return ![unreachable, unprepared].includes(health) && problems.some((problem) => problem !== pausedApp);
}
