/**
 * What a user calls: `alcaide TASK`.
 *
 * @module
 */

import type { Config } from "./config/types.ts";
import type { Runner } from "./runner.ts";
import type { Secrets } from "./secrets/store.ts";
import type { Servers } from "./servers.ts";
import type { Ui } from "./ui/mod.ts";

/** All that a task works with. */
export interface Context {
  /** The resolved configuration. */
  readonly config: Config;
  /** The configured servers; they connect at the first command. */
  readonly servers: Servers;
  /** The secrets of the encrypted file; its key is needed only to read values. */
  readonly secrets: Secrets;
  /** This machine, in the Alcaidefile's directory. */
  readonly local: Runner;
  /** Where to say what happens. */
  readonly ui: Ui;
  /** What stands behind the task's name, without options. */
  readonly args: readonly string[];
  /** The task's options by name. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Aborted by Ctrl-C: give it to whatever waits. */
  readonly signal: AbortSignal;
  /** Directory of the Alcaidefile; the working directory for a task that needs none. */
  readonly directory: string;
}

/** What a task takes behind its name. */
export interface TaskArgument {
  /** Its name in the help. */
  readonly name: string;
  /** What it is. */
  readonly description: string;
  /** True when it may be left out. */
  readonly optional?: boolean;
  /** True when it takes all words that are left. */
  readonly rest?: boolean;
}

/** An option of a task. */
export interface TaskOption {
  /** What it does. */
  readonly description: string;
  /** What it takes: a `boolean` takes nothing. */
  readonly type: "boolean" | "string" | "number";
  /** A letter for it. */
  readonly short?: string;
  /** Its value when it isn't given. */
  readonly default?: boolean | string | number;
}

/** What the help tells about a task, and how its words are read. */
export interface TaskInfo {
  /** What it does, in one line. */
  readonly description?: string;
  /** The heading that it stands under in the list of tasks. */
  readonly group?: string;
  /** What it takes behind its name; without it any words. */
  readonly args?: readonly TaskArgument[];
  /** Its options by name. */
  readonly options?: Readonly<Record<string, TaskOption>>;
  /** Whole command lines that show its use. */
  readonly examples?: readonly string[];
  /** True when everything from the first word on is handed on untouched: for tasks that run a command. */
  readonly passthrough?: boolean;
  /** True when it runs without an Alcaidefile. */
  readonly configless?: boolean;
}

/** A task: a function that may give an exit status, with what the help tells about it. */
export interface Task extends TaskInfo {
  /** Does it. */
  (ctx: Context): Promise<void | number>;
}

/** A task in full: what the help tells, and what it does. */
export interface TaskSpec extends TaskInfo {
  /** What it does, in one line. */
  readonly description: string;
  /** Does it; may give an exit status. */
  run(ctx: Context): Promise<void | number>;
}

/**
 * Makes a task of a function and what it does in a few words, or of a full description.
 *
 * @example
 * ```ts
 * import { sh, task } from "alcaide";
 *
 * export const kernel = task("Kernel of every server", async (ctx) => {
 *   await ctx.servers.each(async (server) => ctx.ui.info(await server.read(sh`uname -rm`)));
 * });
 * ```
 */
export function task(description: string, run: (ctx: Context) => Promise<void | number>): Task;
/** Makes a task with arguments and options of its own. */
export function task(spec: TaskSpec): Task;
export function task(
  first: string | TaskSpec,
  second?: (ctx: Context) => Promise<void | number>,
): Task {
  const spec = typeof first === "string" ? { description: first, run: second } : first;
  const { run, ...info } = spec;
  if (typeof run !== "function") throw new TypeError("Cannot make a task without a function");
  return Object.assign((ctx: Context) => run.call(spec, ctx), info);
}
