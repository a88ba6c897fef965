// Runs a task of another program. All that it needs is loaded when a task is run, not where it is made.

import { resolveConfig } from "../config/resolve.ts";
import type { ConfigFunction, Server, UserConfig } from "../config/field/types.ts";
import type { Remote } from "../remote/remote.ts";
import type { Runner } from "../remote/runner.ts";
import { servers } from "../remote/servers.ts";
import { inPlace } from "../secrets/files.ts";
import { eventUi } from "../ui/events.ts";
import { sparing } from "../ui/sparing.ts";
import type { Event } from "../ui/mod.ts";
import { bareContext } from "./bare_context.ts";
import type { TaskFunction, TaskInfo } from "./context.ts";
import { readGiven } from "./given.ts";
import { runTask } from "./in_task.ts";
import { connectBySsh, fullContext, thisMachine } from "./make_context.ts";

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

/** Runs a task and hands on what happens. */
export async function runEvents(
  task: TaskFunction & TaskInfo,
  config: UserConfig | ConfigFunction,
  options: EventOptions & { readonly signal: AbortSignal; readonly directory: string },
  emit: (event: Event) => void,
): Promise<number> {
  const { signal, directory, environment, verbose = false, yes = false } = options;
  signal.throwIfAborted();
  const given = readGiven(task, { args: options.args ?? [], options: options.options ?? {} });
  const ui = eventUi({ emit: sparing(emit), fail: () => {}, verbose, yes });
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
