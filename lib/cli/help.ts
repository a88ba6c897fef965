/**
 * What the program says about itself.
 *
 * @module
 */

import type { Task, TaskArgument, TaskOption } from "../task.ts";
import { globalOptions, type Options } from "./args.ts";

/** Tasks by name. */
export type Tasks = Readonly<Record<string, Task>>;

/** All tasks there are. */
export interface TaskLists {
  /** Those that come with the program. */
  readonly builtIn: Tasks;
  /** Those of the Alcaidefile; they take the place of built-in ones of the same name. */
  readonly own: Tasks;
}

/** The list of tasks and global options. */
export function overview({ builtIn, own }: TaskLists, version: string): string {
  const groups = new Map<string, [string, string][]>();
  const add = (group: string, name: string, task: Task) => {
    groups.set(group, [...groups.get(group) ?? [], [name, task.description ?? ""]]);
  };
  for (const [name, task] of Object.entries(builtIn)) {
    if (!Object.hasOwn(own, name)) add(task.group ?? "Tasks", name, task);
  }
  for (const [name, task] of Object.entries(own)) add(task.group ?? "Tasks of your Alcaidefile", name, task);
  return sections([
    `Alcaide ${version} deploys web applications to FreeBSD jails over SSH`,
    "Usage: alcaide [OPTIONS] TASK [ARGUMENTS]",
    ...[...groups].map(([group, rows]) => `${group}:\n${table(rows)}`),
    `Options:\n${table(optionRows(globalOptions))}`,
    'Run "alcaide help TASK" for what a task takes, "alcaide init" to begin.',
  ]);
}

/** What a task does and takes. */
export function taskHelp(name: string, task: Task): string {
  const { description, args = [], options = {}, examples = [] } = task;
  const words = task.args === undefined && !task.passthrough ? [] : args.map(argumentUsage);
  const usage = ["alcaide", name, ...(Object.keys(options).length > 0 ? ["[OPTIONS]"] : []), ...words].join(
    " ",
  );
  const rows = args.map((arg): [string, string] => [arg.name.toUpperCase(), arg.description]);
  return sections([
    ...(description ? [description] : []),
    `Usage: ${usage}`,
    ...(rows.length > 0 ? [`Arguments:\n${table(rows)}`] : []),
    ...(Object.keys(options).length > 0 ? [`Options:\n${table(optionRows(options))}`] : []),
    `Options of every task:\n${table(optionRows(globalOptions))}`,
    ...(examples.length > 0 ? [`Examples:\n${examples.map((line) => `  ${line}`).join("\n")}`] : []),
  ]);
}

/** The same for programs. */
export function helpValue({ builtIn, own }: TaskLists): unknown {
  const about = (tasks: Tasks, source: string) =>
    Object.entries(tasks).map(([name, { description, args, options }]) => ({
      name,
      source,
      description: description ?? "",
      args: args ?? [],
      options: options ?? {},
    }));
  const kept = Object.entries(builtIn).filter(([name]) => !Object.hasOwn(own, name));
  return { tasks: [...about(Object.fromEntries(kept), "built-in"), ...about(own, "Alcaidefile")] };
}

function argumentUsage({ name, optional, rest }: TaskArgument): string {
  const word = `${name.toUpperCase()}${rest ? "…" : ""}`;
  return optional ? `[${word}]` : word;
}

function optionRows(options: Options): [string, string][] {
  return Object.entries(options).map(([name, option]) => [optionUsage(name, option), option.description]);
}

function optionUsage(name: string, { short, type }: TaskOption): string {
  const value = { boolean: "", number: " N", string: name === "config" ? " FILE" : " TEXT" }[type];
  return `${short === undefined ? "    " : `-${short}, `}--${name}${value}`;
}

function table(rows: readonly [string, string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd()).join("\n");
}

function sections(parts: readonly string[]): string {
  return parts.join("\n\n");
}
