/**
 * Where bytes go: standard output, standard error, or a test's list.
 *
 * @module
 */

import { ReaderGoneError } from "../error.ts";
import { type SyncWriter, writeAll } from "../local_file.ts";

/** Takes bytes, all of them, before it returns. */
export type Sink = (bytes: Uint8Array) => void;

/** Something with a blocking write, such as `Deno.stdout`. */
/** Standard output. */
export const standardOutput: Sink = sinkOf(Deno.stdout);

/** Standard output for what may go on for ever: it ends when nobody reads it. */
export const endingOutput: Sink = sinkOf(Deno.stdout, () => {
  throw new ReaderGoneError();
});

/** Standard error. */
export const standardError: Sink = sinkOf(Deno.stderr);

/**
 * Makes a sink of a writer. A reader that went away (`alcaide status | head -1`) is no error of ours, and nothing stops for it
 * unless `gone` says so.
 */
export function sinkOf(writer: SyncWriter, gone = () => {}): Sink {
  return (bytes) => {
    try {
      writeAll(writer, bytes);
    } catch (error) {
      // A terminal that was closed answers EIO.
      const left = error instanceof Deno.errors.BrokenPipe || (error as { code?: unknown }).code === "EIO";
      if (!left) throw error;
      gone();
    }
  };
}

const encoder = new TextEncoder();

/** Writes text to a sink in one piece. */
export function writeText(sink: Sink, text: string): void {
  sink(encoder.encode(text));
}

/** A line with the name of the server that it comes from, in one piece; as it is when it needs none. */
export function withSource(line: Uint8Array, source: string | undefined): Uint8Array {
  if (source === undefined) return line;
  const name = encoder.encode(`${source}: `);
  const whole = new Uint8Array(name.length + line.length);
  whole.set(name);
  whole.set(line, name.length);
  return whole;
}
