// Packs a directory so that two releases with the same contents have most bytes in common.

import { sh } from "../core/sh.ts";
import { cutter } from "../remote/chunks.ts";
import { download } from "../remote/download.ts";
import { writeWhole } from "../remote/local_file.ts";
import type { Runner } from "../remote/runner.ts";

/** Sizes of what is compressed at a time. gzip looks back 32 KB: shorter pieces make the whole larger. */
const memberSizes = { least: 32 * 1024, bits: 16, most: 512 * 1024 };

/**
 * Makes a `.tar.gz` of a directory. Each piece is compressed by itself, and pieces end where their contents say: a change
 * stays within its piece.
 */
export async function packDirectory(
  local: Runner,
  directory: string,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const { gzipSync } = await import("node:zlib");
  // macOS adds its own files to archives unless told not to. A release may hold whole projects, with their keys.
  const tar =
    // Holes of a file stay holes: that of BSD sees to it by itself.
    sh`case $(tar --version) in *GNU*) options='-S --sort=name' ;; *) options= ;; esac
COPYFILE_DISABLE=1 tar $options -cf - --exclude .alcaide -C ${directory} .`;
  await writeWhole(path, 0o600, async (take) => {
    const members = cutter(memberSizes, (piece) => {
      const member = gzipSync(piece);
      // The system that it is made on: any.
      member[9] = 255;
      take(member);
    });
    await download(local, tar, members.add, { signal });
    members.end();
  });
}
