/**
 * Reading what a person types.
 *
 * @module
 */

// @ts-types="../../types/std_cli_prompt_secret.d.ts"
import { promptSecret } from "@std/cli/prompt-secret";

/** Something to read answers from. */
export interface Keyboard {
  /** Reads a line. */
  line(): Promise<string>;
  /** Reads a line that isn't shown; null when there is none. */
  hidden(): Promise<string | null>;
}

/** The keyboard of this terminal; undefined when standard input is no terminal. */
export function standardKeyboard(signal: AbortSignal): Keyboard | undefined {
  if (!Deno.stdin.isTerminal()) return undefined;
  return { line: () => readLine(signal), hidden: () => Promise.resolve(promptSecret("", { mask: "" })) };
}

/** The wait ends with the signal, though the read itself can't: the program is about to end then. */
async function readLine(signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    const buffer = new Uint8Array(4096);
    const count = await Promise.race([Deno.stdin.read(buffer), aborted.promise]);
    return new TextDecoder().decode(buffer.subarray(0, count ?? 0));
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
