/**
 * Where the source stands in its repository, and who we are.
 *
 * @module
 */

import type { Revision } from "./release.ts";
import type { Runner } from "./runner.ts";
import { sh } from "./sh.ts";

/** Reads the revision of a directory; outside a repository it is `none`. */
export async function readRevision(local: Runner, directory: string): Promise<Revision> {
  const exit = await local.exec(
    sh`cd ${directory} && git rev-parse --short=7 HEAD && git rev-parse HEAD && git status --porcelain`,
  );
  const [short = "", commit = "", ...changes] = exit.stdout.trimEnd().split("\n");
  if (!/^[0-9a-f]{7,}$/.test(short)) return { short: "none", commit: "", dirty: false };
  return { short, commit, dirty: changes.some((line) => line !== "") };
}

/** Who works here: `user@machine`. */
export async function readUser(local: Runner): Promise<string> {
  const exit = await local.exec(sh`id -un; uname -n`);
  const [user, machine] = exit.stdout.trim().split("\n");
  return `${user || "somebody"}@${machine || "somewhere"}`;
}
