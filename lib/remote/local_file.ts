// Files on this machine.

import { AlcaideError } from "../core/error.ts";
import { type SyncWriter, writeAll } from "../core/write_all.ts";
import { noTemporary } from "../transport/temporary.ts";

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
  await readThrough(path, (piece) => {
    hash.update(piece);
    size += piece.length;
  });
  return { size, sha256: hash.digest("hex") };
}

/** Reads a file in large pieces, all of them in the same memory. */
export async function readThrough(path: string, take: (piece: Uint8Array) => void): Promise<void> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(pieceSize);
  for (let count; (count = await file.read(buffer)) !== null;) take(buffer.subarray(0, count));
}

/**
 * Writes a file piece by piece. It gets its name when `write` is done; when that fails, nothing is left of it and a file of
 * that name stays as it was.
 *
 * @throws {AlcaideError} when it can't be written
 */
export async function writeWhole<T>(
  path: string,
  mode: number,
  write: (take: (chunk: Uint8Array) => void) => Promise<T>,
): Promise<T> {
  const beside = `${path}.${crypto.randomUUID().slice(0, 8)}.part`;
  const unwritable = (cause: unknown) => cannotWrite(`"${path}"`, cause);
  const file = await Deno.open(beside, { write: true, createNew: true, mode }).catch((cause) => {
    throw unwritable(cause);
  });
  try {
    let result: T;
    try {
      result = await write(taker(file, unwritable));
      await file.sync();
    } finally {
      file.close();
    }
    await Deno.rename(beside, path).catch((cause) => {
      throw unwritable(cause);
    });
    return result;
  } catch (error) {
    // Where that can't be removed either, the first failure says more.
    await Deno.remove(beside).catch(() => {});
    throw error;
  }
}

/** Takes pieces and writes all of each before it returns. */
export function taker(to: SyncWriter, explain: (cause: unknown) => Error): (chunk: Uint8Array) => void {
  return (chunk) => {
    try {
      writeAll(to, chunk);
    } catch (cause) {
      throw explain(cause);
    }
  };
}

/** Says why something on this machine can't be written. */
export function cannotWrite(what: string, cause: unknown): AlcaideError {
  if (cause instanceof Deno.errors.NotFound) {
    return new AlcaideError(`Cannot write to ${what}: there is no such directory`, {
      hint: "Make the directory, or name another",
    });
  }
  if (cause instanceof Deno.errors.AlreadyExists || cause instanceof Deno.errors.NotADirectory) {
    return new AlcaideError(`Cannot write to ${what}: a file stands where a directory belongs`, {
      hint: "Move the file away, or name another directory",
    });
  }
  const why = cause instanceof Error ? cause.message.replace(/ \(os error \d+\).*$/s, "") : String(cause);
  return new AlcaideError(`Cannot write to ${what}: ${why}`, {
    cause,
    hint: "Check its permissions and the free space",
  });
}

/**
 * Makes a temporary directory.
 *
 * @throws {AlcaideError} when there is no place for it
 */
export async function temporaryDirectory(options: Deno.MakeTempOptions): Promise<string> {
  return await Deno.makeTempDir(options).catch((cause) => {
    throw noTemporary("directory", cause);
  });
}

/** A temporary directory, which goes when it is disposed of. */
export interface Scratch extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes one.
 *
 * @throws {AlcaideError} when there is no place for it
 */
export async function scratch(): Promise<Scratch> {
  const path = await temporaryDirectory({ prefix: "alcaide-" });
  return {
    path,
    // Some systems clear temporary files that are days old, and a deploy may wait for as long.
    [Symbol.asyncDispose]: () =>
      Deno.remove(path, { recursive: true }).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }),
  };
}

/**
 * Makes a directory that only this user can enter, where it is missing.
 *
 * @throws {AlcaideError} when it can't be made
 */
export async function privateDirectory(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true, mode: 0o700 }).catch((cause) => {
    throw cannotWrite(`"${path}"`, cause);
  });
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

/** A part of a file, in bytes. */
export interface FileRange {
  readonly start: number;
  readonly length: number;
}

/** Reads so many bytes of an open file in large pieces, some of them ahead, so that nobody waits for the disk. */
export function piecesOf(
  file: Deno.FsFile,
  onPiece?: (size: number) => void,
  bytes = Infinity,
): ReadableStream<Uint8Array> {
  let left = bytes;
  return new ReadableStream({
    async pull(controller) {
      const buffer = new Uint8Array(Math.min(pieceSize, left));
      const count = left === 0 ? null : await file.read(buffer);
      if (count === null) return controller.close();
      left -= count;
      controller.enqueue(buffer.subarray(0, count));
      onPiece?.(count);
    },
  }, { highWaterMark: 2 });
}
