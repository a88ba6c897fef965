// The program's parts, and how it finds tasks.

import { ConfigError, UsageError } from "../core/error.ts";
import { fileNames, findAlcaidefile } from "./find_file.ts";
import type { Alcaidefile, BakedFile } from "./loader.ts";
import { didYouMean } from "../core/text.ts";
import type { CommandUi } from "../ui/mod.ts";
import { named } from "../core/shape.ts";
import { globalOptions, globalsOf, readWords, withGlobals, type Words } from "../task/options.ts";
import type { Patience } from "./patience.ts";
import type { Connect, Local } from "../task/make_context.ts";
import type { Tasks } from "./help.ts";
import type { SignalSource } from "./signals.ts";
import type { UiChoice } from "./standard_ui.ts";
import type { ImportModule } from "../standalone/imports.ts";

/** The program's parts. All but tasks and version is there for tests and for other programs. */
export interface MainOptions {
  /** The built-in tasks. */
  readonly tasks: Tasks;
  /** The program's version. */
  readonly version: string;
  /** Ends the process at once, at a third Ctrl-C. */
  readonly exit?: (code: number) => void;
  /** The directory in which the search for the Alcaidefile begins. Default: the working directory. */
  readonly cwd?: string;
  /** Makes the ui. Default: a terminal's, or JSON. */
  readonly ui?: (choice: UiChoice, signal: AbortSignal) => CommandUi;
  /** Makes the servers. Default: over SSH. */
  readonly connect?: Connect;
  /** Makes this machine. */
  readonly local?: Local;
  /** Imports an Alcaidefile by its URL. Default: the way that Deno does. */
  readonly importModule?: ImportModule;
  /** The time for an Alcaidefile's own waiting. */
  readonly patience?: Patience;
  /** The Alcaidefile, when the program holds one. */
  readonly baked?: BakedFile;
  /** A directory for facts that completion uses and that may be lost. Default: none are kept. */
  readonly cache?: string | undefined;
  /** The source of signals. */
  readonly signals?: SignalSource;
}

/** The same with what isn't given filled in. */
export interface Program extends MainOptions {
  readonly cwd: string;
  readonly ui: (choice: UiChoice, signal: AbortSignal) => CommandUi;
}

/** Reads what can be read before the task is known: its options may be the Alcaidefile's. */
export function firstLook(args: readonly string[], tasks: Tasks): Words {
  const { values, words: [name, ...rest] } = readWords(args, globalOptions, {
    stopEarly: true,
    lenient: true,
  });
  if (name === undefined) return { values, words: [] };
  const task = named(tasks, name);
  const stopEarly = name !== "help" && (task === undefined || task.passthrough === true);
  const more = readWords(rest, withGlobals(task?.options), { stopEarly, lenient: true });
  return { values: { ...values, ...more.values }, words: [name, ...more.words] };
}

/**
 * Loads the Alcaidefile that a command line means, with the tasks that a command can run. A helper that bears the name of one of
 * ours is no task; a task that does is hidden.
 *
 * @throws {ConfigError} when there is none; {@linkcode UsageError} when the task is none of ours either
 */
export async function load(
  values: Words["values"],
  program: Program,
  name: string,
): Promise<Alcaidefile> {
  const file = await find(values, program, name);
  const taken = (task: string) => task === "help" || named(program.tasks, task)?.configless === true;
  const all = Object.entries(file.tasks);
  return {
    ...file,
    tasks: Object.fromEntries(all.filter(([task]) => !taken(task))),
    hidden: all.filter(([name, task]) => taken(name) && task.description !== undefined).map(([name]) => name),
  };
}

async function find(
  values: Words["values"],
  { cwd, tasks, importModule, baked, patience }: Program,
  name: string,
): Promise<Alcaidefile> {
  const { config, environment } = globalsOf({ options: values });
  if (baked !== undefined) {
    const { loadBaked } = await import("./loader.ts");
    if (config === undefined) return await loadBaked(baked, { directory: cwd, environment, patience });
    throw new UsageError("Cannot use another Alcaidefile: this program holds its own", {
      hint: "Leave out --config, or run alcaide itself",
    });
  }
  const path = await findAlcaidefile(cwd, config);
  if (path !== undefined) {
    const { loadAlcaidefile } = await import("./loader.ts");
    return await loadAlcaidefile(path, { environment, importModule, patience });
  }
  throw named(tasks, name)
    ? noAlcaidefile(cwd)
    : unknownTask(name, tasks, `There is no Alcaidefile in ${cwd}`);
}

/** The Alcaidefile that a command line means, where one is found; what is wrong with it is thrown. */
export async function loadIfThere(
  values: Words["values"],
  program: Program,
  name = "",
): Promise<Alcaidefile | undefined> {
  if (program.baked !== undefined) return await load(values, program, name);
  const config = await findAlcaidefile(program.cwd, globalsOf({ options: values }).config);
  return config === undefined ? undefined : await load({ ...values, config }, program, name);
}

/**
 * The directory in which the program was started.
 *
 * @throws {UsageError} when somebody removed the directory since
 */
export function workingDirectory(): string {
  try {
    return Deno.cwd();
  } catch {
    throw new UsageError("Cannot tell the working directory: it was removed", {
      hint: "Change to a directory that is there, such as by cd",
    });
  }
}

/** The error for a task that isn't there. */
export function unknownTask(name: string, tasks: Tasks, detail?: string): UsageError {
  return new UsageError(`Cannot find the task "${name}"`, {
    hint: didYouMean(name, [...Object.keys(tasks), "help"]),
    ...(detail === undefined ? {} : { details: [detail] }),
  });
}

/** The error for a directory without an Alcaidefile. */
export function noAlcaidefile(from: string): ConfigError {
  return new ConfigError([{
    path: fileNames[0],
    problem: `there is none in ${from} and the directories above it`,
    hint: 'Run "alcaide init" to write one, or name one with -c FILE',
  }]);
}
