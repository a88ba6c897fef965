/**
 * The program: reads the command line, finds the task, runs it, and says how it ended.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import { resolveConfig } from "../config/resolve.ts";
import { UsageError } from "../error.ts";
import { type Alcaidefile, findAlcaidefile, loadAlcaidefile, noAlcaidefile } from "../loader.ts";
import type { Task } from "../task.ts";
import { didYouMean } from "../text.ts";
import type { CommandUi } from "../ui/mod.ts";
import { report } from "../ui/report.ts";
import { checkWords, globalOptions, readWords, withGlobals, type Words } from "./args.ts";
import { bareContext, type Connect, connectBySsh, fullContext, type Local, thisMachine } from "./context.ts";
import { helpValue, overview, taskHelp, type Tasks } from "./help.ts";
import { onSignals, type SignalSource } from "./signals.ts";
import { standardUi, type UiChoice } from "./standard_ui.ts";

/** What the program is made of. All but tasks and version is there for tests and for other programs. */
export interface MainOptions {
  /** The built-in tasks. */
  readonly tasks: Tasks;
  /** The program's version. */
  readonly version: string;
  /** Ends the process at once, at a third Ctrl-C. */
  readonly exit?: (code: number) => void;
  /** Where to look for the Alcaidefile. Default: the working directory. */
  readonly cwd?: string;
  /** Makes the ui. Default: a terminal's, or JSON. */
  readonly ui?: (choice: UiChoice, signal: AbortSignal) => CommandUi;
  /** Makes the servers. Default: over SSH. */
  readonly connect?: Connect;
  /** Makes this machine. */
  readonly local?: Local;
  /** Imports an Alcaidefile by its URL. Default: the way that Deno does. */
  readonly importModule?: (url: string) => Promise<Record<string, unknown>>;
  /** Where signals come from. */
  readonly signals?: SignalSource;
}

interface Program extends MainOptions {
  readonly cwd: string;
  readonly ui: (choice: UiChoice, signal: AbortSignal) => CommandUi;
}

/** A command line that is understood. */
interface Call extends Words {
  readonly name: string;
  readonly task: Task;
  readonly file: Alcaidefile | undefined;
}

/** Runs the program and gives its exit status. Nothing is thrown. */
export async function main(args: readonly string[], options: MainOptions): Promise<number> {
  const program: Program = { ...options, cwd: options.cwd ?? Deno.cwd(), ui: options.ui ?? standardUi };
  // Before the command line is understood, its first mistakes are already told in the form that it asks for.
  const guess = firstLook(args, program.tasks);
  let call: Call | undefined;
  try {
    call = await understand(args, guess, program);
  } catch (error) {
    return await speak(guess, program, (ui) => Promise.resolve(report(error, ui)));
  }
  if (call === undefined) return await speak(guess, program, (ui) => inform(ui, guess, program));
  return await perform(call, program);
}

/** Reads what can be read before the task is known: its options may be the Alcaidefile's. */
function firstLook(args: readonly string[], tasks: Tasks): Words {
  const { values, words: [name, ...rest] } = readWords(args, globalOptions, {
    stopEarly: true,
    lenient: true,
  });
  if (name === undefined) return { values, words: [] };
  const task = taskNamed(tasks, name);
  const stopEarly = name !== "help" && (task === undefined || task.passthrough === true);
  const more = readWords(rest, withGlobals(task?.options), { stopEarly, lenient: true });
  return { values: { ...values, ...more.values }, words: [name, ...more.words] };
}

/** Finds the task and reads its words; undefined when only help or the version is asked for. */
async function understand(
  args: readonly string[],
  guess: Words,
  program: Program,
): Promise<Call | undefined> {
  const { values, words: [name, ...rest] } = readWords(args, globalOptions, { stopEarly: true });
  if (name === undefined || name === "help" || guess.values["help"] || guess.values["version"]) {
    return undefined;
  }
  const builtIn = taskNamed(program.tasks, name);
  if (builtIn?.configless) {
    return { name, task: builtIn, file: undefined, ...readCall(name, builtIn, rest, values) };
  }
  let file = await load(guess.values, program, name);
  const task = taskNamed(file.tasks, name) ?? builtIn;
  if (task === undefined) throw unknownTask(name, { ...program.tasks, ...file.tasks });
  const words = readCall(name, task, rest, values);
  const moved = ["config", "environment"].some((key) => words.values[key] !== guess.values[key]);
  if (moved) file = await load(words.values, program, name);
  return { name, task, file, ...words };
}

function readCall(name: string, task: Task, rest: readonly string[], before: Words["values"]): Words {
  const { values, words } = readWords(rest, withGlobals(task.options), {
    stopEarly: task.passthrough === true,
  });
  checkWords(name, task, words);
  if ((values["quiet"] ?? before["quiet"]) && (values["verbose"] ?? before["verbose"])) {
    throw new UsageError("Cannot be quiet and verbose at once", { hint: "Leave out --quiet or --verbose" });
  }
  return { values: { ...before, ...values }, words };
}

async function load(values: Words["values"], program: Program, name: string): Promise<Alcaidefile> {
  const { cwd, tasks, importModule } = program;
  const { config, environment } = values as { config?: string; environment?: string };
  const path = config === undefined ? await findAlcaidefile(cwd) : resolve(cwd, config);
  if (path !== undefined) return await loadAlcaidefile(path, { environment, importModule });
  throw taskNamed(tasks, name)
    ? noAlcaidefile(cwd)
    : unknownTask(name, tasks, `There is no Alcaidefile in ${cwd}`);
}

async function perform(call: Call, program: Program): Promise<number> {
  using interruption = onSignals({
    warn: (text) => ui.warn(text),
    exit: program.exit ?? (() => {}),
    ...(program.signals ? { source: program.signals } : {}),
  });
  const { signal } = interruption;
  const ui: CommandUi = program.ui(uiChoice(call.values), signal);
  try {
    return await runTask(call, program, ui, signal);
  } catch (error) {
    // What stops because of the signal may fail in any way; what it means is the interruption.
    const foreseen = typeof (error as { exitCode?: unknown } | null)?.exitCode === "number";
    return report(signal.aborted && !foreseen ? signal.reason : error, ui);
  } finally {
    ui.end();
  }
}

async function runTask(call: Call, program: Program, ui: CommandUi, signal: AbortSignal): Promise<number> {
  const { file, task, values, words } = call;
  const directory = file === undefined ? program.cwd : dirname(file.path);
  const local = (program.local ?? thisMachine)(directory);
  const parts = { ui, signal, local, directory, args: words, options: values };
  if (file === undefined) return statusOf(await task(bareContext(parts)));
  const environment = values["environment"] as string | undefined;
  const config = resolveConfig(file.config, { directory, environment, file: file.path });
  await using servers = (program.connect ?? connectBySsh)(config, ui);
  return statusOf(await task(fullContext(parts, config, servers)));
}

async function inform(ui: CommandUi, { values, words }: Words, program: Program): Promise<number> {
  const { version, tasks: builtIn } = program;
  if (values["version"]) {
    ui.result({ version }, `alcaide ${version}`);
    return 0;
  }
  const name = words[0] === "help" ? words[1] : words[0];
  const own = await ownTasks(ui, values, program, name);
  if (name === undefined) {
    ui.result(helpValue({ builtIn, own }), overview({ builtIn, own }, version));
    return 0;
  }
  const task = taskNamed(own, name) ?? taskNamed(builtIn, name);
  if (task === undefined) return report(unknownTask(name, { ...builtIn, ...own }), ui);
  const { description, args, options, examples } = task;
  ui.result({ name, description, args, options, examples }, taskHelp(name, task));
  return 0;
}

/** Help is given also where the Alcaidefile is missing or broken. */
async function ownTasks(ui: CommandUi, values: Words["values"], program: Program, name = ""): Promise<Tasks> {
  if (taskNamed(program.tasks, name)?.configless) return {};
  try {
    const { config } = values as { config?: string };
    const path = config ?? await findAlcaidefile(program.cwd);
    if (path === undefined) return {};
    return (await load({ ...values, config: path }, program, name)).tasks;
  } catch (error) {
    ui.warn("Tasks of the Alcaidefile aren't shown");
    report(error, ui);
    return {};
  }
}

/** Says something that can't be interrupted. */
async function speak(
  { values }: Words,
  program: Program,
  run: (ui: CommandUi) => Promise<number>,
): Promise<number> {
  const ui = program.ui(uiChoice(values), new AbortController().signal);
  try {
    return await run(ui);
  } finally {
    ui.end();
  }
}

function taskNamed(tasks: Tasks, name: string): Task | undefined {
  return Object.hasOwn(tasks, name) ? tasks[name] : undefined;
}

function unknownTask(name: string, tasks: Tasks, detail?: string): UsageError {
  return new UsageError(`Cannot find the task "${name}"`, {
    hint: didYouMean(name, [...Object.keys(tasks), "help"]),
    ...(detail === undefined ? {} : { details: [detail] }),
  });
}

function uiChoice(values: Words["values"]): UiChoice {
  const isSet = (name: string) => values[name] === true;
  return {
    json: isSet("json"),
    verbose: isSet("verbose"),
    quiet: isSet("quiet"),
    yes: isSet("yes"),
    noColor: isSet("no-color"),
  };
}

function statusOf(value: void | number): number {
  return typeof value === "number" ? value : 0;
}
