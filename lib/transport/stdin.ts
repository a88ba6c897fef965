// Sends standard input no faster than it is taken.

import type { ExecOptions } from "./mod.ts";

const pieceSize = 256 * 1024;

/**
 * Sends all of it in pieces, waiting for each to be taken, until the signal says that nobody reads any more.
 *
 * @throws what the stream throws
 */
export async function sendAll(
  body: NonNullable<ExecOptions["stdin"]>,
  write: (piece: Uint8Array) => Promise<void> | void,
  signal: AbortSignal,
): Promise<void> {
  if (!(body instanceof ReadableStream)) {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    return await sendBytes(bytes, write, signal);
  }
  const reader = body.getReader();
  // Ends a read that is under way. A race of each read with the signal would hold all pieces until the end.
  const cancel = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      await sendBytes(value, write, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", cancel);
    reader.releaseLock();
  }
}

async function sendBytes(
  bytes: Uint8Array,
  write: (piece: Uint8Array) => Promise<void> | void,
  signal: AbortSignal,
): Promise<void> {
  for (let at = 0; at < bytes.length && !signal.aborted; at += pieceSize) {
    await write(bytes.subarray(at, at + pieceSize));
  }
}
