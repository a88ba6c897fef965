// The file that holds a release and is uploaded.

import type { Build, Config } from "../config/field/types.ts";
import { mostParts, partsOf } from "../remote/upload.ts";

/** Endings of the tarballs that can be uploaded as they are. */
export const tarballEndings: readonly string[] = [
  ".tar",
  ".tar.gz",
  ".tgz",
  ".tar.xz",
  ".txz",
  ".tar.zst",
  ".tar.bz2",
];

/** Tells whether a build's result is uploaded as it is. */
export function isTarball(path: string): boolean {
  return tarballEndings.some((ending) => path.endsWith(ending));
}

/** The file to upload for a build: the tarball itself, or a new one in a directory of ours. */
export function artifactPath(build: Build, workDirectory: string): string {
  if (build.kind === "jail") return `${workDirectory}/source.tar.gz`;
  return isTarball(build.path) ? build.path : `${workDirectory}/artifact`;
}

/** In how many parts each of so many servers gets a large artifact: they share this machine's line. */
export function partsFor(servers: number): number {
  return Math.max(1, Math.floor(mostParts / servers));
}

/** Shells that an upload needs at the same time: two round trips less where they are started before. One where that is not known yet. */
export async function uploadShells({ build, servers }: Config): Promise<number> {
  if (build.kind === "jail" || !isTarball(build.path)) return 1;
  const { size } = await Deno.stat(build.path).catch(() => ({ size: 0 }));
  return partsOf(size, partsFor(servers.length)).length;
}
