// Where the source stands in its repository, and who we are.

import { type GitTrouble, gitTrouble, inRepository } from "./git.ts";
import type { Revision } from "../core/release.ts";
import type { Runner } from "./runner.ts";
import { sh } from "../core/sh.ts";

/** Where the source stands, and why git could not tell. */
export interface ReadRevision {
  readonly revision: Revision;
  /** Absent when there simply is no repository, or no commit. */
  readonly trouble?: GitTrouble;
}

/** Reads the revision of a directory; outside a repository it is `none`. */
export async function readRevision(local: Runner, directory: string): Promise<ReadRevision> {
  const exit = await local.exec(sh`${inRepository(directory)}
git rev-parse -q --verify HEAD >/dev/null || exit 0
git rev-parse --short=7 HEAD && git rev-parse HEAD && git status --porcelain`);
  const [short = "", commit = "", ...changes] = exit.stdout.trimEnd().split("\n");
  const trouble = exit.code === 0 ? undefined : gitTrouble(directory, exit.stderr);
  const known = /^[0-9a-f]{7,}$/.test(short) && trouble === undefined;
  const revision = known
    ? { short, commit, dirty: changes.some((line) => line !== "") }
    : { short: "none", commit: "", dirty: false };
  return trouble === undefined ? { revision } : { revision, trouble };
}

/** The user of this machine: `user@machine`. No work fails where that can't be told. */
export async function readUser(local: Runner): Promise<string> {
  const { stdout } = await local.exec(sh`id -un; uname -n`).catch(() => ({ stdout: "" }));
  const [user, machine] = stdout.trim().split("\n");
  return `${user || "somebody"}@${machine || "somewhere"}`;
}
