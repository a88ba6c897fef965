// Unhandled errors in user code: a promise that is rejected and that nobody awaits, an
// exception in a timer, a promise that is never settled. Deno would end the program, with a stack or even with status 0.

import { AlcaideError } from "../core/error.ts";
import { neverSettled } from "./patience.ts";

/** Watches over code of the user's; dispose of it to watch no longer. */
export interface Faults extends Disposable {
  /** Aborted with the first error that nobody caught. */
  readonly signal: AbortSignal;
  /**
   * Waits for something.
   *
   * @throws what nobody caught meanwhile, once it has ended; {@linkcode AlcaideError} when it can never end
   */
  watch<T>(run: () => Promise<T>): Promise<T>;
}

/** Begins to watch. */
export function watchFaults(target: EventTarget = globalThis): Faults {
  const controller = new AbortController();
  const stuck = Promise.withResolvers<never>();
  // Runs whether or not the promise is awaited.
  stuck.promise.catch(() => {});
  const catchError = (event: Event) => {
    event.preventDefault();
    const { reason, error } = event as Event & { reason?: unknown; error?: unknown };
    controller.abort(reason ?? error ?? new Error("Nothing was thrown, and nobody caught it"));
  };
  const listeners: readonly [name: string, listener: (event: Event) => void][] = [
    ["unhandledrejection", catchError],
    ["error", catchError],
    ["beforeunload", (event) => {
      event.preventDefault();
      stuck.reject(neverEnds());
    }],
  ];
  for (const [name, listener] of listeners) target.addEventListener(name, listener);
  return {
    signal: controller.signal,
    watch: async (run) => {
      const value = await Promise.race([run(), stuck.promise]);
      controller.signal.throwIfAborted();
      return value;
    },
    [Symbol.dispose]: () => {
      for (const [name, listener] of listeners) target.removeEventListener(name, listener);
    },
  };
}

function neverEnds(): AlcaideError {
  return neverSettled() ??
    new AlcaideError("Cannot finish: the task waits for something that never happens", {
      hint: "A promise in the Alcaidefile is never settled",
    });
}
