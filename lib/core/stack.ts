// Stacks of errors that are made where nobody's call leads to: in the event of a socket, in a timer.

const extended = new WeakSet<Error>();

/**
 * Adds to an error's stack the frames of the call that it ends, so that a place in the user's code can be found in it.
 *
 * @returns the error itself
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { calledBy } from "./stack.ts";
 *
 * const error = calledBy(new Error("lost"), new Error("the call")) as Error;
 * assert(error.stack?.includes("lost"));
 * ```
 */
export function calledBy(error: unknown, caller: Error): unknown {
  // One error may end the calls of several; the first of them is enough.
  if (!(error instanceof Error) || extended.has(error)) return error;
  extended.add(error);
  const frames = (caller.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  error.stack = [error.stack ?? error.message, ...frames].join("\n");
  return error;
}
