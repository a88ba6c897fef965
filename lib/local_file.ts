/**
 * Files on this machine.
 *
 * @module
 */

/** Size in bytes and checksum of a file. */
export interface Digest {
  /** In bytes. */
  readonly size: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

const pieceSize = 512 * 1024;

/** Reads a file once for its size and checksum. */
export async function digestFile(path: string): Promise<Digest> {
  // Loaded where it is needed: it makes the program's start slower.
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256");
  let size = 0;
  using file = await Deno.open(path);
  for await (const piece of piecesOf(file)) {
    hash.update(piece);
    size += piece.byteLength;
  }
  return { size, sha256: hash.digest("hex") };
}

/**
 * Writes a file piece by piece. It gets its name when `write` is done; when that fails, nothing is left of it and a file of
 * that name stays as it was.
 */
export async function writeWhole<T>(
  path: string,
  mode: number,
  write: (take: (chunk: Uint8Array) => void) => Promise<T>,
): Promise<T> {
  const beside = `${path}.${crypto.randomUUID().slice(0, 8)}.part`;
  const file = await Deno.open(beside, { write: true, createNew: true, mode });
  try {
    let result: T;
    try {
      result = await write((chunk) => {
        for (let done = 0; done < chunk.length;) done += file.writeSync(chunk.subarray(done));
      });
      await file.sync();
    } finally {
      file.close();
    }
    await Deno.rename(beside, path);
    return result;
  } catch (error) {
    await Deno.remove(beside);
    throw error;
  }
}

/** Counts the bytes of a stream as they are taken. */
export function counted(
  stream: ReadableStream<Uint8Array>,
  onProgress: (done: number) => void,
): ReadableStream<Uint8Array> {
  let done = 0;
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        onProgress(done += chunk.byteLength);
        controller.enqueue(chunk);
      },
    }),
  );
}

/** Reads an open file in large pieces, some of them ahead, so that nobody waits for the disk. */
export function piecesOf(file: Deno.FsFile, onPiece?: (size: number) => void): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const buffer = new Uint8Array(pieceSize);
      const count = await file.read(buffer);
      if (count === null) return controller.close();
      controller.enqueue(buffer.subarray(0, count));
      onPiece?.(count);
    },
  }, { highWaterMark: 2 });
}
