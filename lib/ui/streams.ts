// This program's standard input and output as bytes, for what is no text.

import { UsageError } from "../core/error.ts";
import { cannotWrite, taker } from "../remote/local_file.ts";

/**
 * Writes to standard output, all of a piece before it returns. Unlike a task's result it must not end early: a reader
 * that goes away is an error.
 *
 * @throws {UsageError} when that is a terminal
 */
export function outputBytes(): (chunk: Uint8Array) => void {
  if (Deno.stdout.isTerminal()) {
    throw new UsageError("Cannot print bytes at a terminal", { hint: "Name a file, or redirect the output" });
  }
  return taker(Deno.stdout, (cause) => cannotWrite("standard output", cause));
}

/**
 * Standard input.
 *
 * @throws {UsageError} when that is a terminal
 */
export function inputBytes(): ReadableStream<Uint8Array> {
  if (!Deno.stdin.isTerminal()) return Deno.stdin.readable;
  throw new UsageError("Cannot read bytes from a terminal", { hint: "Name a file, or redirect the input" });
}

/** The output that a person at this terminal sees; undefined when there is none, or nobody to type. */
export function attended(): "stdout" | "stderr" | undefined {
  if (!Deno.stdin.isTerminal()) return undefined;
  if (Deno.stdout.isTerminal()) return "stdout";
  return Deno.stderr.isTerminal() ? "stderr" : undefined;
}
