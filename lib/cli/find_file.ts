// Finds the user's Alcaidefile. Every start does so: loading one is in a file of its own.

import { dirname, join, resolve } from "node:path";
import { ConfigError } from "../core/error.ts";

/** Names that an Alcaidefile may have, the usual one first. */
export const fileNames = ["Alcaidefile.ts", "Alcaidefile.js"] as const;

/**
 * Looks for an Alcaidefile in a directory and those above it, unless one is named.
 *
 * @returns its path, or undefined when there is none
 */
export async function findAlcaidefile(from: string, named?: string): Promise<string | undefined> {
  if (named !== undefined) return resolve(from, named);
  for (let directory = resolve(from);; directory = dirname(directory)) {
    const path = await findIn(directory);
    if (path !== undefined || directory === dirname(directory)) return path;
  }
}

/** The path of the Alcaidefile in a directory, or undefined when there is none. */
export async function findIn(directory: string): Promise<string | undefined> {
  for (const name of fileNames) {
    const path = join(directory, name);
    if (await isFile(path)) return path;
  }
}

/** The error for a directory without an Alcaidefile. */
export function noAlcaidefile(from: string): ConfigError {
  return new ConfigError([{
    path: fileNames[0],
    problem: `there is none in ${resolve(from)} and the directories above it`,
    hint: 'Run "alcaide init" to write one, or name one with -c FILE',
  }]);
}

/** Tells whether there is a file. */
export async function isFile(path: string): Promise<boolean> {
  const found = await Deno.stat(path).catch(() => undefined);
  return found?.isFile === true;
}
