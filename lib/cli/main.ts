// The program: reads the command line, finds the task, runs it, and says how it ended.

import { AlcaideError } from "../core/error.ts";
import type { CommandUi } from "../ui/mod.ts";
import { report } from "../ui/report.ts";
import { lostOutput } from "../ui/sink.ts";
import { named } from "../core/shape.ts";
import { globalOptions, readWords, type Words } from "../task/options.ts";
import { consoleAside } from "./console_aside.ts";
import { watchFaults } from "./faults.ts";
import { complete, inform, visibleTasks } from "./inform.ts";
import { taskTasks } from "./own_tasks.ts";
import { usualPatience } from "./patience.ts";
import type { Call } from "./perform.ts";
import { firstLook, load, type MainOptions, type Program, unknownTask, workingDirectory } from "./program.ts";
import { completeWord } from "./shells.ts";
import { standardUi, uiChoice } from "./standard_ui.ts";

export type { MainOptions } from "./program.ts";

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
  // Before the Alcaidefile is read, which alone tells whose word it is.
  using _aside = args.includes("--json") ? await consoleAside() : undefined;
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
  if (call !== undefined) return await (await import("./perform.ts")).perform(call, program, faults);
  return await speak(
    guess,
    program,
    (ui) => faults.watch(() => inform(ui, guess, program)).catch((error) => tell(error, ui)),
  );
}

/** Reports an error that came before a task began; where it comes from, too, unless it says that itself. */
async function tell(error: unknown, ui: CommandUi): Promise<number> {
  if (error instanceof AlcaideError) return report(error, ui);
  const { placeInFile } = await import("./user_code.ts");
  return report(error, ui, await placeInFile(error));
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
  const { readCall } = await import("./perform.ts");
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
