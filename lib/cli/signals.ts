/**
 * Ctrl-C: the first one asks to stop and clean up, the second one is told so, the third one ends at once.
 *
 * @module
 */

import { exitCodes, InterruptedError } from "../error.ts";

/** A signal that ends a program. */
export type EndSignal = "SIGINT" | "SIGTERM";

/** Where signals come from; `Deno` itself, or a test. */
export interface SignalSource {
  /** Begins to listen. */
  addSignalListener(signal: EndSignal, listener: () => void): void;
  /** Stops listening. */
  removeSignalListener(signal: EndSignal, listener: () => void): void;
}

/** How to react. */
export interface SignalOptions {
  /** Tells the person. */
  readonly warn: (text: string) => void;
  /** Ends the program at once. */
  readonly exit: (code: number) => void;
  /** Where signals come from. */
  readonly source?: SignalSource;
}

/** Something that signals abort; dispose of it to listen no longer. */
export interface Interruption extends Disposable {
  /** Aborted with an {@linkcode InterruptedError} at the first signal. */
  readonly signal: AbortSignal;
}

/** How many hold Ctrl-C back. Of the whole program, like the terminal that it comes from. */
let holding = 0;

/**
 * Holds Ctrl-C back until it is disposed of: an editor in the foreground gets it, too, and knows what to do with it. Other
 * signals still end the program.
 */
export function holdInterrupts(): Disposable {
  holding++;
  return { [Symbol.dispose]: () => void holding-- };
}

/** A signal that is also aborted when the terminal is closed, or somebody presses Ctrl-\\; dispose of it to listen no longer. */
export function untilHangup(signal: AbortSignal): Interruption {
  const controller = new AbortController();
  const end = () => controller.abort(new InterruptedError("SIGTERM"));
  const names: Deno.Signal[] = Deno.build.os === "windows" ? [] : ["SIGHUP", "SIGQUIT"];
  for (const name of names) Deno.addSignalListener(name, end);
  return {
    signal: AbortSignal.any([signal, controller.signal]),
    [Symbol.dispose]: () => {
      for (const name of names) Deno.removeSignalListener(name, end);
    },
  };
}

/** Listens for SIGINT and SIGTERM. */
export function onSignals({ warn, exit, source = Deno }: SignalOptions): Interruption {
  const controller = new AbortController();
  let count = 0;
  const receive = (signal: EndSignal) => {
    if (signal === "SIGINT" && holding > 0) return;
    count++;
    if (count === 1) {
      warn("Stopping and cleaning up");
      controller.abort(new InterruptedError(signal));
    } else if (count === 2) {
      warn("Still cleaning up; once more ends at once and leaves things half done");
    } else {
      exit(signal === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated);
    }
  };
  const names: EndSignal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  const listeners = names.map((name) => [name, () => receive(name)] as const);
  for (const [name, listener] of listeners) source.addSignalListener(name, listener);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const [name, listener] of listeners) source.removeSignalListener(name, listener);
    },
  };
}
