// Tasks as part of any program: what happens comes as an async iterable.

import type { ConfigFunction, UserConfig } from "../config/field/types.ts";
import { AlcaideError, exitCodes } from "../core/error.ts";
import type { Event } from "../ui/mod.ts";
import type { TaskFunction } from "./context.ts";
import type { EventOptions } from "./run_events.ts";

/** The events of a running task. The return value of the iterator is the task's exit status. */
export interface Events extends AsyncIterableIterator<Event, number, void> {
  /** Ends the task early and waits until it has cleaned up. */
  return(): Promise<IteratorResult<Event, number>>;
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Runs a task and gives what happens, as `Task.events` says. */
export function taskEvents(
  task: TaskFunction,
  config: UserConfig | ConfigFunction,
  options: EventOptions = {},
): Events {
  const left = new AbortController();
  const all = iterate(task, config, options, left);
  const end = all.return.bind(all);
  const leave = () => {
    left.abort(nobodyWaits());
    return end(exitCodes.interrupted);
  };
  return Object.assign(all, { return: leave, [Symbol.asyncDispose]: async () => void await leave() });
}

async function* iterate(
  task: TaskFunction,
  config: UserConfig | ConfigFunction,
  options: EventOptions,
  left: AbortController,
): AsyncGenerator<Event, number, void> {
  const signal = options.signal ? AbortSignal.any([options.signal, left.signal]) : left.signal;
  let waiting: Event[] = [];
  let wake = Promise.withResolvers<void>();
  const emit = (event: Event) => {
    waiting.push(event);
    wake.resolve();
  };
  let ended: { status: number } | { error: unknown } | undefined;
  const given = { directory: Deno.cwd(), ...options, signal };
  const running = import("./run_events.ts").then(({ runEvents }) => runEvents(task, config, given, emit))
    .then((status) => ended = { status }, (error) => ended = { error })
    .finally(() => wake.resolve());
  try {
    for (;;) {
      while (waiting.length > 0) {
        // As a whole: taking the first of very many away is slow.
        const all = waiting;
        waiting = [];
        yield* all;
      }
      if (ended) break;
      await wake.promise;
      wake = Promise.withResolvers();
    }
  } finally {
    // Leaving the loop early waits for the cleaning up.
    if (!ended) left.abort(nobodyWaits());
    await running;
  }
  if ("status" in ended) return ended.status;
  if (left.signal.aborted) return exitCodes.interrupted;
  throw meaningOf(ended.error, signal);
}

function nobodyWaits(): AlcaideError {
  return new AlcaideError("Cannot finish: nobody waits for the task's events any more");
}

/** A stopped task may fail in any way; the signal's reason counts. */
export function meaningOf(error: unknown, signal: AbortSignal): unknown {
  const foreseen = typeof (error as { exitCode?: unknown } | null)?.exitCode === "number";
  return signal.aborted && !foreseen ? signal.reason : error;
}
