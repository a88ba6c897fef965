// The input of a task: words of a command line, or values of a program.

import { UsageError } from "../core/error.ts";
import { mayBeMissing, readValue, type TaskArgument, type TaskOption, type Value } from "./arguments.ts";
import { didYouMean, list, plural } from "../core/text.ts";
import { withGlobals } from "./options.ts";
import type { TaskInfo } from "./context.ts";

/**
 * Reads what stands behind a task's name by what it takes. A task that says nothing about that gets any words.
 *
 * @throws {UsageError} when there is too little or too much, or a word isn't what the task wants
 */
export function readArguments(
  name: string,
  { args }: Pick<TaskInfo, "args">,
  words: readonly string[],
  usage = { hint: `Run "alcaide help ${name}" for its arguments and options` },
): readonly Value[] {
  if (args === undefined) return words;
  const needed = args.filter((arg) => !mayBeMissing(arg));
  const missing = needed[words.length];
  if (missing !== undefined) {
    throw new UsageError(`Cannot run ${name} without ${missing.name.toUpperCase()}`, usage);
  }
  const last = args.at(-1);
  if (words.length > args.length && !last?.rest) {
    const most = args.length === 0 ? "no arguments" : plural(args.length, "argument");
    throw new UsageError(
      `Cannot run ${name} with ${list(words.map((word) => `"${word}"`))}: it takes ${most}`,
      usage,
    );
  }
  return words.map((word, index) => {
    const arg = (args[index] ?? last) as TaskArgument;
    return readValue(arg.name.toUpperCase(), word, arg);
  });
}

/**
 * Looks whether every option that must be given is there.
 *
 * @throws {UsageError} when one is missing
 */
export function checkRequired(
  name: string,
  { options = {} }: Pick<TaskInfo, "options">,
  values: Readonly<Record<string, unknown>>,
): void {
  const missing = Object.keys(options).find((key) => options[key]?.required && values[key] === undefined);
  if (missing === undefined) return;
  throw new UsageError(`Cannot run ${name} without --${missing}`, { hint: `Write --${missing}=VALUE` });
}

/** The values that a program hands to a task. */
export interface Given {
  readonly args: readonly Value[];
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Reads what a program hands to a task as strictly as a command line: a misspelt `plan` must not deploy. A function that isn't
 * a task says nothing about what it takes.
 *
 * @throws {UsageError} when the task doesn't take it
 */
export function readGiven(task: TaskInfo, { args, options }: Given): Given {
  if (task.description === undefined) return { args, options };
  const known = withGlobals(task.options);
  const name = `"${task.description}"`;
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const read = given.map(([key, value]) => {
    if (Object.hasOwn(known, key)) return [key, readOption(key, value, known[key] as TaskOption)];
    const hint = didYouMean(key, Object.keys(known));
    throw new UsageError(`Cannot understand the option "${key}"`, { hint });
  });
  const values = Object.fromEntries(read);
  checkRequired(name, task, values);
  const usage = { hint: "Look at the task's args" };
  const words = task.args === undefined ? args : readArguments(name, task, args.map(String), usage);
  return { args: words, options: values };
}

export function readOption(name: string, value: unknown, option: TaskOption): unknown {
  const what = `the option "${name}"`;
  const one = (single: unknown): unknown => {
    const fits = option.type === "boolean" ? typeof single === "boolean" : typeof single !== "boolean";
    if (!fits || !["boolean", "number", "string"].includes(typeof single)) {
      throw new UsageError(`Cannot use ${what}: it must be a ${option.type}`);
    }
    return option.type === "boolean" ? single : readValue(what, String(single), option);
  };
  if (!option.repeated) return one(value);
  if (!Array.isArray(value)) throw new UsageError(`Cannot use ${what}: it must be a list`);
  return value.map(one);
}
