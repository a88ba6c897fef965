// The context of a task, and its description.

import type { Config } from "../config/field/types.ts";
import type { Runner } from "../remote/runner.ts";
import type { Secrets } from "../secrets/store.ts";
import type { Servers } from "../remote/servers.ts";
import type { TaskArgument, TaskOption } from "./arguments.ts";
import type { Ui } from "../ui/mod.ts";

/** All that a task works with. Its arguments and options have the types that the task declares. */
export interface Context<Args extends readonly unknown[] = readonly unknown[], Options = TaskOptions> {
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
  /** The words behind the task's name, without options. */
  readonly args: Args;
  /** The task's options by name. */
  readonly options: Options;
  /** Aborted by Ctrl-C: give it to whatever waits. */
  readonly signal: AbortSignal;
  /** Directory of the Alcaidefile; the working directory for a task that needs none. */
  readonly directory: string;
  /**
   * Asks yes or no; `--yes` answers with yes.
   *
   * @throws {AlcaideError} when there is nobody to ask
   */
  confirm(question: string): Promise<boolean>;
}

/** Options of a task that says nothing about their types. */
export type TaskOptions = Readonly<Record<string, unknown>>;

/** A function that can be a task: an Alcaidefile may export it as it is. */
export type TaskFunction = (ctx: Context) => Promise<void | number>;

/** The help of a task, and the types of its words. */
export interface TaskInfo {
  /** Its description, in one line. */
  readonly description?: string;
  /** The heading that it stands under in the list of tasks. */
  readonly group?: string;
  /** Its arguments, in order; without it any words. */
  readonly args?: readonly TaskArgument[];
  /** Its options by name. */
  readonly options?: Readonly<Record<string, TaskOption>>;
  /** Tasks that run before it, in this order; each once in a run, however many depend on it. */
  readonly depends?: readonly (TaskFunction & TaskInfo)[];
  /** Whole command lines that show its use. */
  readonly examples?: readonly string[];
  /** True when everything from the first word on is handed on untouched: for tasks that run a command. */
  readonly passthrough?: boolean;
  /** True when it runs without an Alcaidefile. */
  readonly configless?: boolean;
}
