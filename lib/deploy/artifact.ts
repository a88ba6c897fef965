// The file that holds a release and is uploaded.

import type { Build } from "../config/field/types.ts";

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
  return isTarball(build.path) ? build.path : `${workDirectory}/artifact.tar.gz`;
}
