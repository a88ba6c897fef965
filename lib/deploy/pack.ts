// Packs a directory so that two releases with the same contents have most bytes in common.

import { sh } from "../core/sh.ts";
import { cutter } from "../remote/chunks.ts";
import { download } from "../remote/download.ts";
import { writeWhole } from "../remote/local_file.ts";
import type { Runner } from "../remote/runner.ts";

/** Sizes of what is compressed at a time: in shorter pieces the whole is larger, in longer ones each change. */
const memberSizes = { least: 32 * 1024, bits: 16, most: 512 * 1024 };

type Compress = (piece: Uint8Array) => Uint8Array;

/** The part of Node's zlib that compresses. Its types name no zstd. */
export interface Compressors {
  /** It has constants of zstd where it has zstd. */
  readonly constants: object;
  /** Compresses by gzip. */
  readonly gzipSync: Compress;
  /** Compresses by zstd. Early versions of Deno 2.6 have the name, and nothing behind it. */
  readonly zstdCompressSync?: Compress;
}

/** Chooses zstd, which takes a third of gzip's time, where this Deno has it. */
export function compressor({ constants, gzipSync, zstdCompressSync = gzipSync }: Compressors): Compress {
  return "ZSTD_c_compressionLevel" in constants ? zstdCompressSync : gzipSync;
}

/**
 * Makes a compressed tarball of a directory. Each piece is compressed by itself, and pieces end where their contents say: a
 * change stays within its piece.
 */
export async function packDirectory(
  local: Runner,
  directory: string,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const compress = compressor(await import("node:zlib"));
  // macOS adds its own files to archives unless told not to. A release may hold whole projects, with their keys.
  const tar =
    // Holes of a file stay holes: that of BSD sees to it by itself.
    sh`case $(tar --version) in *GNU*) options='-S --sort=name' ;; *) options= ;; esac
COPYFILE_DISABLE=1 tar $options -cf - --exclude .alcaide -C ${directory} .`;
  await writeWhole(path, 0o600, async (take) => {
    const members = cutter(memberSizes, (piece) => take(compress(piece)));
    await download(local, tar, members.add, { signal });
    members.end();
  });
}
