// Tasks as part of any program: what happens comes as an async iterable.

import { bareContext, connectBySsh, fullContext, thisMachine } from "./make_context.ts";
import { resolveConfig } from "../config/resolve.ts";
import type { ConfigFunction, Server, UserConfig } from "../config/field/types.ts";
import { AlcaideError, exitCodes } from "../core/error.ts";
import type { Remote } from "../remote/remote.ts";
import type { Runner } from "../remote/runner.ts";
import { inPlace } from "../secrets/files.ts";
import { servers } from "../remote/servers.ts";
import { runTask } from "./in_task.ts";
import { eventUi } from "../ui/events.ts";
import type { Event } from "../ui/mod.ts";
import type { TaskFunction, TaskInfo } from "./context.ts";
import { readGiven } from "./given.ts";

/** How a program runs a task. */
export interface EventOptions {
  /** Ends it early: what was begun is undone first, then the iteration throws. */
  readonly signal?: AbortSignal;
  /** The words behind the task's name, as on the command line. */
  readonly args?: readonly (string | number)[];
  /** The task's options by name. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Handed to a configuration that is a function, as `-e` does. */
  readonly environment?: string;
  /** Where relative paths of the configuration start. Default: the working directory. */
  readonly directory?: string;
  /** Answers every question with yes, as `--yes` does. */
  readonly yes?: boolean;
  /** Tells also what commands print, as `--verbose` does. */
  readonly verbose?: boolean;
  /** Makes what a server's commands run on. Default: {@linkcode remote}, over SSH. */
  readonly connect?: (server: Server) => Remote;
  /** The runner of this machine's commands. Default: {@linkcode local} in the directory. */
  readonly local?: Runner;
}

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
  const waiting: Event[] = [];
  let wake = Promise.withResolvers<void>();
  const emit = (event: Event) => {
    waiting.push(event);
    wake.resolve();
  };
  let ended: { status: number } | { error: unknown } | undefined;
  const running = run(task, config, { ...options, signal }, emit)
    .then((status) => ended = { status }, (error) => ended = { error })
    .finally(() => wake.resolve());
  try {
    for (;;) {
      while (waiting.length > 0) yield waiting.shift() as Event;
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

async function run(
  task: TaskFunction & TaskInfo,
  config: UserConfig | ConfigFunction,
  options: EventOptions & { readonly signal: AbortSignal },
  emit: (event: Event) => void,
): Promise<number> {
  const { signal, directory = Deno.cwd(), environment, verbose = false, yes = false } = options;
  signal.throwIfAborted();
  const given = readGiven(task, { args: options.args ?? [], options: options.options ?? {} });
  const ui = eventUi({ emit, fail: () => {}, verbose, yes });
  const local = options.local ?? thisMachine(directory);
  const parts = { ui, signal, local, directory, ...given };
  try {
    if (task.configless) return await runTask(task, bareContext(parts));
    return await inPlace({ directory, environment }, async () => {
      const written = typeof config === "function" ? await config({ environment }) : config;
      const resolved = resolveConfig(written, { directory, environment });
      await using all = options.connect
        ? servers(resolved.servers.map(options.connect))
        : connectBySsh(resolved, ui);
      return await runTask(task, fullContext(parts, resolved, all));
    });
  } catch (error) {
    ui.fail(error);
    throw error;
  } finally {
    ui.end();
  }
}

function nobodyWaits(): AlcaideError {
  return new AlcaideError("Cannot finish: nobody waits for the task's events any more");
}

/** A stopped task may fail in any way; the signal's reason counts. */
export function meaningOf(error: unknown, signal: AbortSignal): unknown {
  const foreseen = typeof (error as { exitCode?: unknown } | null)?.exitCode === "number";
  return signal.aborted && !foreseen ? signal.reason : error;
}
