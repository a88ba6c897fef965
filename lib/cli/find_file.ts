// Finds the user's Alcaidefile. Every start does so first of all: nothing else is imported here.

/** Names that an Alcaidefile may have, the usual one first. */
export const fileNames = ["Alcaidefile.ts", "Alcaidefile.js"] as const;

/** The end of a path that leads from the directory above. */
const lastPart = Deno.build.os === "windows" ? /[\\/][^\\/]*$/ : /\/[^/]*$/;

/** The directory above a path; empty for the topmost. Node's module of paths would make every start slower. */
export function above(path: string): string {
  return path.replace(lastPart, "");
}

/**
 * Looks for an Alcaidefile in a directory and those above it, unless one is named.
 *
 * @param from the directory's absolute path
 * @returns its path, or undefined when there is none
 */
export async function findAlcaidefile(from: string, named?: string): Promise<string | undefined> {
  if (named !== undefined) return (await import("node:path")).resolve(from, named);
  for (let directory = from;;) {
    const path = findIn(directory);
    const next = above(directory);
    if (path !== undefined || next === directory) return path;
    directory = next;
  }
}

/** The path of the Alcaidefile in a directory, or undefined when there is none. */
export function findIn(directory: string): string | undefined {
  return fileNames.map((name) => `${directory.replace(/\/$/, "")}/${name}`).find(isFile);
}

/** Tells whether there is a file. */
export function isFile(path: string): boolean {
  try {
    // A thread that waits for the answer takes longer to begin than the answer to come.
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
