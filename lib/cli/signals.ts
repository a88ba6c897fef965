// Ctrl-C and its like: the first one asks to stop and clean up, the second one is told so, the third one ends at once. Where nothing is to
// be undone any more, the second one does.

import { type EndSignal, InterruptedError } from "../core/error.ts";
import { ignoresHangup } from "../transport/local.ts";

/** A source of signals: `Deno` itself, or a test. */
export interface SignalSource {
  /** Begins to listen. */
  addSignalListener(signal: EndSignal, listener: () => void): void;
  /** Stops listening. */
  removeSignalListener(signal: EndSignal, listener: () => void): void;
}

/** The reaction to signals. */
export interface SignalOptions {
  /** Tells the person. */
  readonly warn: (text: string) => void;
  /** Ends the program at once. */
  readonly exit: (code: number) => void;
  /** The source of signals. */
  readonly source?: SignalSource;
}

/** Something that signals abort; dispose of it to listen no longer. */
export interface Interruption extends Disposable {
  /** Aborted with an {@linkcode InterruptedError} at the first signal. */
  readonly signal: AbortSignal;
}

/** The number of those that hold Ctrl-C back, in the whole program, like the terminal that it comes from. */
let holding = 0;

/**
 * Holds Ctrl-C back until it is disposed of: an editor in the foreground gets it, too, and knows what to do with it. Other
 * signals still end the program.
 */
export function holdInterrupts(): Disposable {
  holding++;
  return { [Symbol.dispose]: () => void holding-- };
}

/**
 * Listens for SIGINT, SIGTERM, SIGQUIT (Ctrl-\\) and SIGHUP (a terminal that is closed, a connection that is lost). SIGHUP may
 * come from several sides at once, and nobody is impatient then: it never ends the cleaning.
 */
export function onSignals({ warn, exit, source = Deno }: SignalOptions): Interruption {
  const controller = new AbortController();
  // Listened to all the same: Deno ends at a signal that was ignored when the program began.
  const deaf = source === Deno && ignoresHangup();
  let count = 0;
  const receive = (signal: EndSignal) => {
    if (signal === "SIGINT" && holding > 0) return;
    if (signal === "SIGHUP" && (deaf || count > 0)) return;
    count++;
    const reason = new InterruptedError(signal);
    if (count === 1) {
      controller.abort(reason);
      warn(reason.undoes ? "Stopping and cleaning up" : "Stopping; another signal ends at once");
    } else if (count === 2 && controller.signal.reason.undoes) {
      warn("Still cleaning up; another signal ends at once and leaves things half done");
    } else {
      exit(reason.exitCode);
    }
  };
  const names: EndSignal[] = Deno.build.os === "windows"
    ? ["SIGINT"]
    : ["SIGINT", "SIGTERM", "SIGQUIT", "SIGHUP"];
  const listeners = names.map((name) => [name, () => receive(name)] as const);
  for (const [name, listener] of listeners) source.addSignalListener(name, listener);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const [name, listener] of listeners) source.removeSignalListener(name, listener);
    },
  };
}
