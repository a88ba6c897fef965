// The program's output about itself.

import { mayBeMissing, type TaskArgument, type TaskOption } from "../task/arguments.ts";
import type { ProgramTask } from "../task/late_task.ts";
import { list } from "../core/text.ts";
import { globalOptions, type Options } from "../task/options.ts";

/** Tasks by name. */
export type Tasks = Readonly<Record<string, ProgramTask>>;

/** All tasks there are. */
export interface TaskLists {
  /** Those that come with the program. */
  readonly builtIn: Tasks;
  /** Those of the Alcaidefile; they take the place of built-in ones of the same name. */
  readonly own: Tasks;
}

type Row = readonly [left: string, right: string];

/** The list of tasks and global options. */
export function overview(lists: TaskLists, version: string): string {
  return sections([
    `Alcaide ${version} deploys web applications to FreeBSD jails over SSH`,
    "Usage: alcaide [OPTIONS] TASK [ARGUMENTS]",
    taskTable(lists),
    `Options:\n${table(optionRows(globalOptions))}`,
    'Run "alcaide help TASK" for the arguments and options of a task, "alcaide init" to begin.',
  ]);
}

/** The tasks under their headings: built-in ones first. */
export function taskTable(lists: TaskLists): string {
  const groups = new Map<string, Row[]>();
  for (const { name, task, source } of present(lists)) {
    const group = task.group ?? (source === "built-in" ? "Tasks" : "Tasks of your Alcaidefile");
    groups.set(group, [...groups.get(group) ?? [], [name, task.description ?? ""]]);
  }
  const width = Math.max(...[...groups.values()].flat().map(([name]) => name.length));
  return [...groups].map(([group, rows]) => `${group}:\n${table(rows, width)}`).join("\n\n");
}

/** The help of one task. */
export function taskHelp(name: string, task: ProgramTask): string {
  const { description, args = [], options = {}, examples = [], depends = [] } = task;
  const hasOptions = Object.keys(options).length > 0;
  const usage = ["alcaide", name, ...hasOptions ? ["[OPTIONS]"] : [], ...args.map(argumentUsage)].join(" ");
  const section = (title: string, rows: readonly Row[]) =>
    rows.length === 0 ? [] : [`${title}:\n${table(rows)}`];
  return sections([
    ...(description ? [description] : []),
    `Usage: ${usage}`,
    ...section("Arguments", args.map((arg) => [arg.name.toUpperCase(), about(arg)])),
    ...section("Options", optionRows(options)),
    ...section("Runs first", depends.map((one) => [one.description ?? one.name, ""])),
    ...section("Options of every task", optionRows(withoutNames(globalOptions, options))),
    ...section("Examples", examples.map((line) => [line, ""])),
  ]);
}

/** A task for programs. */
export interface TaskJson {
  /** Its name. */
  readonly name: string;
  /** The heading that it stands under; null where it has none. */
  readonly group: string | null;
  /** Its description. */
  readonly description: string;
  /** Its arguments; null for any words. */
  readonly args: readonly TaskArgument[] | null;
  /** Its options by name. */
  readonly options: Options;
  /** Whole command lines that show its use. */
  readonly examples: readonly string[];
}

/** With `--json`: all tasks. */
export interface TasksJson {
  /** The tasks; one of your Alcaidefile takes the place of a built-in one of its name. */
  readonly tasks: readonly (TaskJson & { readonly source: "built-in" | "Alcaidefile" })[];
}

/** With `--json`: all tasks; of `help TASK` that one. */
export type HelpJson = TasksJson | TaskJson;

/** The list of tasks for programs. */
export function helpValue(lists: TaskLists): TasksJson {
  return { tasks: present(lists).map(({ name, task, source }) => ({ source, ...taskValue(name, task) })) };
}

/** A task for programs. */
export function taskValue(name: string, task: ProgramTask): TaskJson {
  const { description = "", group, args, options = {}, examples = [] } = task;
  return { name, group: group ?? null, description, args: args ?? null, options, examples };
}

interface Present {
  readonly name: string;
  readonly task: ProgramTask;
  readonly source: "built-in" | "Alcaidefile";
}

/** All tasks, each name once. */
function present({ builtIn, own }: TaskLists): Present[] {
  return [
    ...Object.entries(builtIn).filter(([name]) => !Object.hasOwn(own, name))
      .map(([name, task]) => ({ name, task, source: "built-in" as const })),
    ...Object.entries(own).map(([name, task]) => ({ name, task, source: "Alcaidefile" as const })),
  ];
}

/** Options whose names a task does not give another meaning. */
function withoutNames(all: Options, taken: Options): Options {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !Object.hasOwn(taken, name)));
}

function argumentUsage(arg: TaskArgument): string {
  const word = `${arg.name.toUpperCase()}${arg.rest ? "…" : ""}`;
  return mayBeMissing(arg) ? `[${word}]` : word;
}

function optionRows(options: Options): Row[] {
  return Object.entries(options).map(([name, option]) => [optionUsage(name, option), about(option)]);
}

function optionUsage(name: string, { short, type }: TaskOption): string {
  const value = { boolean: "", number: " N", string: name === "config" ? " FILE" : " TEXT" }[type];
  return `${short === undefined ? "    " : `-${short}, `}--${name}${value}`;
}

/** The description of a value: its purpose, its choices, its default. */
function about(one: TaskArgument | TaskOption): string {
  const { description, choices, default: fallback } = one;
  const notes = [
    ...choices ? [list(choices.map(String), "or")] : [],
    ...fallback === undefined ? [] : [`default: ${fallback}`],
    ..."required" in one && one.required ? ["required"] : [],
    ..."repeated" in one && one.repeated ? ["may be repeated"] : [],
  ];
  return notes.length === 0 ? description : `${description} (${notes.join("; ")})`;
}

function table(rows: readonly Row[], least = 0): string {
  const width = Math.max(least, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd()).join("\n");
}

function sections(parts: readonly string[]): string {
  return parts.join("\n\n");
}
