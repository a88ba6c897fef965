// Looks whether what a task declares makes sense, where it is made: a mistake is then shown with its line.

import { demand, isObject } from "../core/kind.ts";
import { globalOptions } from "./options.ts";
import { mayBeMissing, type TaskArgument, type TaskOption } from "./arguments.ts";
import type { TaskInfo } from "./context.ts";

/**
 * Checks what a task declares.
 *
 * @throws {TypeError} for what contradicts itself
 */
export function checkSpec({ args = [], options = {}, depends = [] }: TaskInfo): void {
  const argsHint = 'Give a list such as [{ name: "file", description: "What to read" }]';
  demand(Array.isArray(args), "args of task()", args, argsHint);
  args.forEach((arg, index) => demand(isObject(arg), `args[${index}] of task()`, arg, argsHint));
  args.forEach((arg, index) => checkArgument(arg, args.slice(index + 1)));
  const optionHint = 'Give a record such as { loud: { type: "boolean", description: "In capitals" } }';
  demand(isObject(options), "options of task()", options, optionHint);
  for (const [name, option] of Object.entries(options)) {
    demand(isObject(option), `options.${name} of task()`, option, optionHint);
    checkOption(name, option);
  }
  for (const before of depends) checkDepend(before);
}

function checkArgument(arg: TaskArgument, later: readonly TaskArgument[]): void {
  const refuse = refusal(`the argument "${arg.name}"`);
  checkValues(refuse, arg.type ?? "string", arg);
  if (arg.rest && later.length > 0) refuse("takes all words that are left, so it must be the last one");
  if (arg.rest && arg.default !== undefined) refuse("takes all words that are left, so it has no default");
  if (mayBeMissing(arg) && later.some((one) => !mayBeMissing(one))) {
    refuse("may be left out, so those behind it must be optional, too");
  }
}

/** Options that are read before the task is known. */
const early = ["config", "environment", "help", "version"] as const;

function checkOption(name: string, option: TaskOption): void {
  const refuse = refusal(`the option "${name}"`);
  for (const one of early) {
    const { short = undefined } = globalOptions[one] as { short?: string };
    if (name === one) refuse("has the name of an option that every task has");
    if (short !== undefined && option.short === short) refuse(`can't be -${short}: that is --${one}`);
  }
  if (!/^[a-z][a-z0-9-]*$/i.test(name)) refuse("needs a name of letters, digits and hyphens");
  if (option.short !== undefined && !/^[a-z]$/i.test(option.short)) {
    refuse("needs one letter as its short form");
  }
  if (option.required && option.default !== undefined) refuse("must be given, so it has no default");
  if (option.repeated && option.default !== undefined) refuse("is a list, so it has no default");
  if (!["boolean", "string", "number"].includes(option.type)) {
    refuse('needs "boolean", "string" or "number" as its type');
  }
  if (option.type === "boolean") {
    const odd = (["choices", "default", "required", "repeated", "complete"] as const).find((key) =>
      option[key] !== undefined
    );
    if (odd !== undefined) refuse(`takes no value, so it has no "${odd}"`);
    return;
  }
  checkValues(refuse, option.type, option);
}

function checkValues(
  refuse: (why: string) => never,
  type: "string" | "number",
  { choices, default: fallback, complete }: Pick<TaskOption, "choices" | "default" | "complete">,
): void {
  if (complete !== undefined && typeof complete !== "function") refuse('needs a function as "complete"');
  const odd = [...choices ?? [], ...fallback === undefined ? [] : [fallback]].find((value) =>
    (typeof value === "number") !== (type === "number")
  );
  if (odd !== undefined) refuse(`is a ${type}, and ${JSON.stringify(odd)} is not`);
  if (choices?.length === 0) refuse("has no choices");
  if (choices && fallback !== undefined && !choices.includes(fallback)) {
    refuse(`has the default ${JSON.stringify(fallback)}, which is not among its choices`);
  }
}

/** A task that another one depends on runs without words. */
function checkDepend(before: TaskInfo & { readonly name: string }): void {
  if (typeof (before as unknown) !== "function") {
    throw new TypeError(
      "Cannot depend on something that is not a function; modules that import each other may not have it yet",
    );
  }
  const { description, name, args = [], options = {} } = before;
  const needed = args.find((arg) => !mayBeMissing(arg))?.name ??
    Object.entries(options).find(([, option]) => option.required)?.[0];
  if (needed === undefined) return;
  throw new TypeError(
    `Cannot depend on "${description ?? name}": it needs "${needed}", so call it as a function`,
  );
}

function refusal(what: string): (why: string) => never {
  return (why) => {
    throw new TypeError(`Cannot make a task: ${what} ${why}`);
  };
}
