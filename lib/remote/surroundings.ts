// The surroundings of a task, for what it calls without handing its context on.

import { AsyncLocalStorage } from "node:async_hooks";

/** The task's data for a program that it starts on this machine. */
export interface Surroundings {
  /** Ends what was started. */
  readonly signal: AbortSignal;
  readonly directory: string;
  /** Commands of `$` that were written and have not started. */
  readonly waiting: Set<{ readonly shown: string }>;
  /** Is told what starts, with secrets masked. */
  started(shown: string): void;
  output(chunk: Uint8Array, stream: "out" | "err"): void;
  /** Is told how far something is. */
  progress(label: string, done: number, total: number): void;
}

const symbol = Symbol.for("alcaide.surroundings");
// Not a variable of this module: the Alcaidefile may have another copy of the library than the program.
const known = globalThis as { [symbol]?: AsyncLocalStorage<Surroundings> };

/** Runs something in the surroundings of a task, whatever else runs at the same time. */
export function inSurroundings<T>(surroundings: Surroundings, run: () => T): T {
  return (known[symbol] ??= new AsyncLocalStorage()).run(surroundings, run);
}

/** The surroundings of the task that is running; undefined outside of tasks. */
export function currentSurroundings(): Surroundings | undefined {
  return known[symbol]?.getStore();
}
