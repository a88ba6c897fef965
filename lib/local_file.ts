/**
 * Files on this machine.
 *
 * @module
 */

/** Size in bytes and checksum of a file. */
export interface Digest {
  readonly size: number;
  readonly sha256: string;
}

/** Reads a file once for its size and checksum. */
export async function digestFile(path: string): Promise<Digest> {
  // Loaded where it is needed: it makes the program's start slower.
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256");
  let size = 0;
  using file = await Deno.open(path);
  for await (const chunk of file.readable) {
    hash.update(chunk);
    size += chunk.byteLength;
  }
  return { size, sha256: hash.digest("hex") };
}
