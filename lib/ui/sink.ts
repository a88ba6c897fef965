// Sinks of bytes: standard output, standard error, or a test's list.

import { OutputError, ReaderGoneError } from "../core/error.ts";
import { type SyncWriter, writeAll } from "../core/write_all.ts";
import { cannotWrite } from "../remote/local_file.ts";
import type { LineTime } from "./mod.ts";

/** Takes bytes, all of them, before it returns. */
export type Sink = (bytes: Uint8Array) => void;

/** Why standard output took something not: of the whole program, as the output is. */
let lost: unknown;

/**
 * A failure to write to standard output: reported at the end, since no deploy stops half-way for a disk of ours that is
 * full. With `done` nothing else went wrong.
 */
export function lostOutput(done: boolean): OutputError | undefined {
  if (lost === undefined) return undefined;
  return unwritten(
    lost,
    done ? "The work is done: only its output is lost" : undefined,
  );
}

function unwritten(cause: unknown, hint?: string): OutputError {
  const { message, ...info } = cannotWrite("standard output", cause);
  return new OutputError(message, { ...info, cause, hint: hint ?? info.hint ?? "" });
}

/** Standard output. */
export const standardOutput: Sink = sinkOf(Deno.stdout, {
  failed: (cause) => {
    lost ??= cause;
  },
});

/** Standard output for what may go on for ever: it ends when nobody reads it, or nothing can be written. */
export const endingOutput: Sink = sinkOf(Deno.stdout, {
  gone: () => {
    throw new ReaderGoneError();
  },
  failed: (cause) => {
    throw unwritten(cause);
  },
});

/** Standard error. Text that it refuses can be told nowhere. */
export const standardError: Sink = sinkOf(Deno.stderr, { failed: () => {} });

/** A sink's action when it can't write. */
export interface SinkOptions {
  /** A reader went away (`alcaide status | head -1`). Default: that is no error of ours. */
  readonly gone?: () => void;
  /** Anything else. Default: it is thrown. */
  readonly failed?: (cause: unknown) => void;
}

/** Makes a sink of a writer. */
export function sinkOf(writer: SyncWriter, { gone = () => {}, failed = rethrow }: SinkOptions = {}): Sink {
  return (bytes) => {
    try {
      writeAll(writer, bytes);
    } catch (error) {
      // A terminal that was closed answers EIO.
      const left = error instanceof Deno.errors.BrokenPipe || (error as { code?: unknown }).code === "EIO";
      if (left) gone();
      else failed(error);
    }
  };
}

function rethrow(cause: unknown): never {
  throw cause;
}

const encoder = new TextEncoder();

/** Writes text to a sink in one piece. */
export function writeText(sink: Sink, text: string): void {
  sink(encoder.encode(text));
}

const marks = { own: " ", arrival: "~", earliest: "+" } as const;

/** A line with the name of the server that it comes from and its time, in one piece; as it is when it needs none. */
export function withSource(line: Uint8Array, source: string | undefined, time?: LineTime): Uint8Array {
  const at = time === undefined ? "" : `${time.at}${marks[time.is]} `;
  const before = encoder.encode(source === undefined ? at : `${source}: ${at}`);
  if (before.length === 0) return line;
  const whole = new Uint8Array(before.length + line.length);
  whole.set(before);
  whole.set(line, before.length);
  return whole;
}
