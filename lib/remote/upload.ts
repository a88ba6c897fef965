// A file sent to a server: over a long line in parts, each through a channel of its own, since a server lets 2 MB be under way in
// each.

import { CommandError } from "../core/error.ts";
import { script } from "../core/script.ts";
import type { Command } from "../core/sh.ts";
import { type Expected, otherFailed, partBlock, partsReady, receiveFile, receivePart } from "./files.ts";
import { Sessions } from "../transport/ssh/sessions.ts";
import { type Digest, digestFile, type FileRange, piecesOf } from "./local_file.ts";
import type { Runner, RunOptions } from "./runner.ts";

/** How to upload a file. */
export interface UploadOptions extends RunOptions {
  /** Permissions of the file there. Default: 0o644. */
  readonly mode?: number;
  /** Called as bytes are sent. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Its size and checksum, where they are known. Default: it is read for them first. */
  readonly digest?: Digest;
  /** Run there before the file is received: to make its directory, for instance. */
  readonly before?: Command;
  /** Parts of a large file that are sent at the same time; on a long line more of them are quicker. Default: 8. */
  readonly parts?: number;
}

/** Parts of a file that one server takes at the same time: of sshd's ten sessions, some are for other commands. */
export const mostParts = 8;

/** Bytes that sshd lets be under way in a channel. */
const window = 2 * 1024 * 1024;

/** Parts under way to all servers: they share this machine's line, and each takes memory. */
const places = new Sessions(mostParts);

/** Sends something in its turn, unless it is so small that it is under way as a whole. */
async function inTurn(
  size: number,
  signal: AbortSignal = new AbortController().signal,
  send: () => Promise<unknown>,
): Promise<void> {
  if (size <= window) return void await send();
  await places.take(signal);
  try {
    await send();
  } finally {
    places.free();
  }
}

/** Sends a local file; size and checksum are verified there before it gets its name. */
export async function upload(
  server: Runner,
  local: string,
  path: string,
  options: UploadOptions = {},
): Promise<void> {
  const { mode, onProgress, before, digest, parts: most = mostParts, ...rest } = options;
  const expected: Expected = { ...digest ?? await digestFile(local), mode };
  let done = 0;
  const onPiece = (count: number) => onProgress?.(done += count, expected.size);
  const first = (receive: Command) => before ? script(before, receive) : receive;
  const parts = partsOf(expected.size, most);
  if (parts.length > 1) {
    return await sendParts(server, { local, path, expected, parts, onPiece, first }, rest);
  }
  await inTurn(expected.size, rest.signal, async () => {
    using file = await Deno.open(local);
    await server.run(first(receiveFile(path, expected)), { ...rest, stdin: piecesOf(file, onPiece) });
  });
}

/** Cuts a file into at most so many parts of whole blocks, each of which is worth a channel. */
export function partsOf(size: number, most: number): FileRange[] {
  const length = Math.max(window / partBlock, Math.ceil(size / most / partBlock)) * partBlock;
  const count = Math.max(1, Math.ceil(size / length));
  return Array.from({ length: count }, (_, index) => ({
    start: index * length,
    length: Math.min(length, size - index * length),
  }));
}

/** The parts to send. */
interface Sending {
  readonly local: string;
  readonly path: string;
  readonly expected: Expected;
  readonly parts: readonly FileRange[];
  readonly onPiece: (count: number) => void;
  /** The first part's script with what is done before. */
  readonly first: (receive: Command) => Command;
}

/** Tells whether a part failed only because another one had, which its script may say first. */
function followed(error: unknown): boolean {
  return error instanceof CommandError && error.exit.code === otherFailed;
}

/** Sends all parts at the same time; a failure ends the others, so that nothing of them is at work any more. */
async function sendParts(server: Runner, sending: Sending, options: RunOptions): Promise<void> {
  const failed = new AbortController();
  const { signal: given, onLine } = options;
  const signal = AbortSignal.any([failed.signal, ...given ? [given] : []]);
  const ready = Promise.withResolvers<void>();
  const run = async (part: FileRange, index: number) => {
    using file = await Deno.open(sending.local);
    await file.seek(part.start, Deno.SeekMode.Start);
    const pieces = piecesOf(file, sending.onPiece, part.length);
    const { path, expected, parts: { length: count } } = sending;
    const receive = receivePart(path, expected, { index, count, block: part.start / partBlock });
    const main = index === 0;
    await server.run(main ? sending.first(receive) : receive, {
      ...options,
      signal,
      stdin: main ? pieces : ReadableStream.from(heldUntil(ready.promise, pieces)),
      onLine: (line, stream) => main && line === partsReady ? ready.resolve() : onLine?.(line, stream),
    });
  };
  const errors: unknown[] = [];
  await Promise.all(
    sending.parts.map((part, index) =>
      inTurn(sending.expected.size, signal, () => run(part, index)).catch((error) => {
        errors.push(error);
        if (!followed(error)) failed.abort(error);
      })
    ),
  );
  if (errors.length > 0) throw errors.find((error) => !followed(error)) ?? errors[0];
}

/** A line, then a stream, none of it before a time. */
async function* heldUntil(
  ready: Promise<void>,
  pieces: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  await ready;
  yield new TextEncoder().encode("\n");
  yield* pieces;
}
