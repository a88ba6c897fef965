// The program's output about its tasks: help, lists, candidates for a shell.

import type { CommandUi } from "../ui/mod.ts";
import { report } from "../ui/report.ts";
import { named } from "../core/shape.ts";
import type { Words } from "../task/options.ts";
import { foldFor } from "./fold.ts";
import { helpValue, overview, taskHelp, type TaskLists, taskValue } from "./help.ts";
import { firstLook, loadIfThere, type Program, unknownTask } from "./program.ts";

/** Prints help or the version. */
export async function inform(ui: CommandUi, { values, words }: Words, program: Program): Promise<number> {
  const { version, tasks: builtIn } = program;
  if (values["version"]) {
    ui.result({ version }, `alcaide ${version}`);
    return 0;
  }
  const [first, second] = words;
  const name = first !== "help" ? first : second === "help" ? undefined : second;
  const { own } = await visibleTasks(ui, values, program, name);
  if (name === undefined) {
    ui.result(helpValue({ builtIn, own }), foldFor(ui, overview({ builtIn, own }, version)));
    return 0;
  }
  const task = named(own, name) ?? named(builtIn, name);
  if (task === undefined) return report(unknownTask(name, { ...builtIn, ...own }), ui);
  ui.result(taskValue(name, task), foldFor(ui, taskHelp(name, task)));
  return 0;
}

/** The tasks of the Alcaidefile, in a record: one of them may be named `then`. */
export type OwnTasks = Pick<TaskLists, "own">;

/** Tasks of the Alcaidefile. Help is given also where that is missing or broken. */
export async function visibleTasks(
  ui: CommandUi,
  values: Words["values"],
  program: Program,
  name = "",
): Promise<OwnTasks> {
  if (named(program.tasks, name)?.configless) return { own: {} };
  try {
    const { tasks = {}, hidden = [], path = "" } = await loadIfThere(values, program, name) ?? {};
    for (const task of hidden) {
      ui.warn(
        `The task "${task}" of ${path} can't be run: "alcaide ${task}" is a built-in task`,
        "Give it another name",
      );
    }
    return { own: tasks };
  } catch (error) {
    ui.warn("Tasks of the Alcaidefile aren't shown");
    report(error, ui);
    return { own: {} };
  }
}

/** Prints what the last of some words may become, for a shell. Nothing that goes wrong is told there. */
export async function complete(ui: CommandUi, words: readonly string[], program: Program): Promise<number> {
  const [{ candidates }, { knownHere }] = await Promise.all([
    import("./complete.ts"),
    import("./known_here.ts"),
  ]);
  const { values } = firstLook(words.slice(0, -1), program.tasks);
  const file = await loadIfThere(values, program).catch(() => undefined);
  const lists = { builtIn: program.tasks, own: file?.tasks ?? {} };
  const rows = (await candidates(words, lists, knownHere(values, program, file)))
    .map(({ value, description }) => `${value}\t${description}\n`);
  ui.output(new TextEncoder().encode(rows.join("")), "out");
  return 0;
}
