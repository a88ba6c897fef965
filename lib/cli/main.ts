// The program: reads the command line, finds the task, runs it, and says how it ended.

import { dirname } from "node:path";
import { wholeConfig } from "../config/field/missing.ts";
import { resolvePartly } from "../config/resolve.ts";
import { AlcaideError, ConfigError, InterruptedError, UsageError } from "../core/error.ts";
import { meaningOf } from "../task/events.ts";
import { type Alcaidefile, withReader } from "./loader.ts";
import { placeInFile } from "./user_code.ts";
import type { Task } from "../task/task.ts";
import type { CommandUi, ErrorPlace } from "../ui/mod.ts";
import { report } from "../ui/report.ts";
import { lostOutput } from "../ui/sink.ts";
import { globalOptions, named, readWords, withGlobals, type Words } from "../task/options.ts";
import { bareContext, connectBySsh, fullContext, serversOf, thisMachine } from "../task/make_context.ts";
import { type Faults, watchFaults } from "./faults.ts";
import { complete, inform, visibleTasks } from "./inform.ts";
import { taskTasks } from "./own_tasks.ts";
import { usualPatience } from "./patience.ts";
import {
  firstLook,
  load,
  loadIfThere,
  type MainOptions,
  type Program,
  unknownTask,
  workingDirectory,
} from "./program.ts";
import { completeWord } from "./shells.ts";
import { onSignals } from "./signals.ts";
import { runTask } from "../task/in_task.ts";
import { standardUi, type UiChoice } from "./standard_ui.ts";
import { withCache } from "../task/seen_releases.ts";
import type { Value } from "../task/arguments.ts";
import { checkRequired, readArguments } from "../task/given.ts";

export type { MainOptions } from "./program.ts";

/** A command line that is understood. */
interface Call extends Pick<Words, "values"> {
  readonly name: string;
  readonly args: readonly Value[];
  readonly task: Task;
  readonly file: Alcaidefile | undefined;
}

/** Runs the program and gives its exit status. Nothing is thrown. */
export async function main(args: readonly string[], options: MainOptions): Promise<number> {
  const status = await respond(args, options);
  const lost = lostOutput(status === 0);
  if (lost === undefined) return status;
  const told = report(lost, standardUi(uiChoice({}), new AbortController().signal));
  return status === 0 ? told : status;
}

async function respond(args: readonly string[], options: MainOptions): Promise<number> {
  if (args[0] === completeWord) {
    // Completion on a key press waits for nothing.
    const program = programOf({ ...options, patience: { ...usualPatience, limit: 2_000 } });
    return await speak({ values: {}, words: [] }, program, (ui) => complete(ui, args.slice(2), program));
  }
  using faults = watchFaults();
  const say = (text: string) => program.ui(uiChoice(guess.values), new AbortController().signal).info(text);
  const program = programOf({ ...options, patience: { ...usualPatience, ...options.patience, say } });
  // Before the command line is understood, its first mistakes are already told in the form that it asks for.
  const guess = firstLook(args, program.tasks);
  let call: Call | undefined;
  try {
    call = await faults.watch(() => understand(args, guess, program));
  } catch (error) {
    return await speak(guess, program, (ui) => tell(error, ui));
  }
  if (call !== undefined) return await perform(call, program, faults);
  return await speak(
    guess,
    program,
    (ui) => faults.watch(() => inform(ui, guess, program)).catch((error) => tell(error, ui)),
  );
}

/** Reports an error that came before a task began; where it comes from, too, unless it says that itself. */
async function tell(error: unknown, ui: CommandUi): Promise<number> {
  return report(error, ui, error instanceof AlcaideError ? undefined : await placeInFile(error));
}

/** The program with the tasks that are about tasks. */
function programOf(options: MainOptions): Program {
  const about = taskTasks(async ({ ui, options: values }) => ({
    builtIn: program.tasks,
    ...await visibleTasks(ui as CommandUi, values, program),
  }));
  const program: Program = {
    ...options,
    tasks: { ...options.tasks, ...about },
    // Looked for when it is needed: it may be gone, and the version is told all the same.
    get cwd() {
      return options.cwd ?? workingDirectory();
    },
    ui: options.ui ?? standardUi,
  };
  return program;
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
  const builtIn = named(program.tasks, name);
  if (builtIn?.configless) {
    return { name, task: builtIn, file: undefined, ...readCall(name, builtIn, rest, values) };
  }
  let file = await load(guess.values, program, name);
  const task = named(file.tasks, name) ?? builtIn;
  if (task === undefined) throw unknownTask(name, { ...program.tasks, ...file.tasks });
  const words = readCall(name, task, rest, values);
  const moved = ["config", "environment"].some((key) => words.values[key] !== guess.values[key]);
  if (moved) file = await load(words.values, program, name);
  return { name, task, file, ...words };
}

function readCall(
  name: string,
  task: Task,
  rest: readonly string[],
  before: Words["values"],
): Pick<Call, "values" | "args"> {
  const { values, words } = readWords(rest, withGlobals(task.options), {
    stopEarly: task.passthrough === true,
  });
  const args = readArguments(name, task, words);
  checkRequired(name, task, values);
  if ((values["quiet"] ?? before["quiet"]) && (values["verbose"] ?? before["verbose"])) {
    throw new UsageError("Cannot be quiet and verbose at once", { hint: "Leave out --quiet or --verbose" });
  }
  return { values: { ...before, ...values }, args };
}

async function perform(call: Call, program: Program, faults: Faults): Promise<number> {
  using interruption = onSignals({
    warn: (text) => ui.warn(text),
    exit: program.exit ?? (() => {}),
    ...(program.signals ? { source: program.signals } : {}),
  });
  const signal = AbortSignal.any([interruption.signal, faults.signal]);
  const ui: CommandUi = program.ui(uiChoice(call.values), signal);
  try {
    return await faults.watch(() => runCall(call, program, ui, signal));
  } catch (error) {
    const meant = meaningOf(error, signal);
    return report(meant, ui, await errorPlace(meant, call));
  } finally {
    ui.end();
  }
}

/** The place in a user's own task that failed. A wrong command line isn't the code's fault. */
async function errorPlace(error: unknown, { name, task, file }: Call): Promise<ErrorPlace | undefined> {
  if (file?.tasks[name] !== task || error instanceof UsageError) return undefined;
  if (error instanceof InterruptedError || error instanceof ConfigError) return undefined;
  const place = await placeInFile(error, file) ?? { position: file.path, excerpt: [] };
  return { task: name, ...place };
}

async function runCall(call: Call, program: Program, ui: CommandUi, signal: AbortSignal): Promise<number> {
  const { file, task, values, args } = call;
  const directory = file === undefined ? program.cwd : dirname(file.path);
  const local = (program.local ?? thisMachine)(directory);
  const parts = withCache({ ui, signal, local, directory, args, options: values }, program.cache);
  if (file === undefined) {
    const read = (config?: string) =>
      loadIfThere(config === undefined ? values : { ...values, config }, program);
    const bare = bareContext(withReader(parts, read));
    return await runTask(task, bare);
  }
  const environment = values["environment"] as string | undefined;
  const config = resolvePartly(await file.config(), { directory, environment, file: file.path });
  // Ours need all of it; their own tasks are told what is missing when they ask for it.
  if (file.tasks[call.name] !== task) wholeConfig(config);
  await using servers = serversOf(config, () => (program.connect ?? connectBySsh)(config, ui));
  return await runTask(task, fullContext(parts, config, servers));
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
  } catch (error) {
    return report(error, ui);
  } finally {
    ui.end();
  }
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
