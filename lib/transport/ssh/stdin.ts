/**
 * Sends standard input to a channel no faster than the server takes it.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Writable } from "node:stream";
import { aborted } from "../limits.ts";
import type { ExecOptions } from "../mod.ts";

const pieceSize = 256 * 1024;

/** Sends all of it, unless the signal says that nobody reads any more. Returns when it is handed over. */
export async function sendAll(
  body: NonNullable<ExecOptions["stdin"]>,
  channel: Writable,
  signal: AbortSignal,
): Promise<void> {
  if (!(body instanceof ReadableStream)) {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    return await sendBytes(bytes, channel, signal);
  }
  const reader = body.getReader();
  try {
    const over = aborted(signal);
    over.catch(() => {});
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), over]);
      if (done) return;
      await sendBytes(value, channel, signal);
    }
  } catch (error) {
    reader.cancel(error).catch(() => {});
    if (!signal.aborted) throw error;
  } finally {
    reader.releaseLock();
  }
}

async function sendBytes(bytes: Uint8Array, channel: Writable, signal: AbortSignal): Promise<void> {
  for (let at = 0; at < bytes.length && !signal.aborted; at += pieceSize) {
    const piece = bytes.subarray(at, at + pieceSize);
    const room = channel.write(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    if (!room) await drained(channel, signal);
  }
}

function drained(channel: Writable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      channel.off("drain", go);
      signal.removeEventListener("abort", go);
      resolve();
    };
    channel.on("drain", go);
    signal.addEventListener("abort", go);
    if (signal.aborted) go();
  });
}
