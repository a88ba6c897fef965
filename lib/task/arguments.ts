// The arguments and options of a task, their values, and the types that its function gets.

import { UsageError } from "../core/error.ts";
import { didYouMean } from "../core/text.ts";
import type { Complete } from "./completion.ts";

/** An argument of a task. */
export interface TaskArgument {
  /** Its name in the help. */
  readonly name: string;
  /** Its description. */
  readonly description: string;
  /** Its type. Default: a string. */
  readonly type?: "string" | "number";
  /** The only values that it may have. */
  readonly choices?: readonly (string | number)[];
  /** Its value when it is left out. */
  readonly default?: string | number;
  /** True when it may be left out. */
  readonly optional?: boolean;
  /** True when it takes all words that are left. */
  readonly rest?: boolean;
  /** Gives what a shell may complete it to; `choices` are completed without it. */
  readonly complete?: Complete;
}

/** An option of a task. */
export interface TaskOption {
  /** Its description. */
  readonly description: string;
  /** Its type: a `boolean` takes nothing, it is true when given. */
  readonly type: "boolean" | "string" | "number";
  /** A letter for it. */
  readonly short?: string;
  /** The only values that it may have. */
  readonly choices?: readonly (string | number)[];
  /** Its value when it isn't given. */
  readonly default?: string | number;
  /** True when it must be given. */
  readonly required?: boolean;
  /** True when it may be given several times; its value is a list. */
  readonly repeated?: boolean;
  /** Gives what a shell may complete it to; `choices` are completed without it. */
  readonly complete?: Complete;
}

/** Types of values by their names. */
export interface ValueTypes {
  /** `true` or `false`. */
  boolean: boolean;
  /** A text. */
  string: string;
  /** A number. */
  number: number;
}

/** The type of one value of an option. */
export type OneOption<Option extends TaskOption> = Option extends
  { readonly choices: readonly (infer Choice)[] } ? Choice
  : ValueTypes[Option["type"]];

/** The type of one value of an argument. */
export type OneArg<Arg extends TaskArgument> = Arg extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Arg extends { readonly type: keyof ValueTypes } ? ValueTypes[Arg["type"]]
  : "type" extends keyof Arg ? string | number
  : string;

/** The type of an option in `ctx.options`. */
export type OptionValue<Option extends TaskOption> = Option extends { readonly repeated: true }
  ? readonly OneOption<Option>[]
  : Option extends { readonly type: "boolean" } ? boolean
  : Option extends { readonly required: true } | { readonly default: string | number } ? OneOption<Option>
  : OneOption<Option> | undefined;

/** The type of `ctx.options` for what a task declares. */
export type OptionValues<Options> = Options extends Readonly<Record<string, TaskOption>>
  ? { readonly [Name in keyof Options]: OptionValue<Options[Name]> }
  : Readonly<Record<string, unknown>>;

/** The type of `ctx.args` for what a task declares. */
export type ArgValues<Args> = Args extends readonly [infer First extends TaskArgument, ...infer Rest]
  ? First extends { readonly rest: true } ? RestValues<First>
  : First extends { readonly default: string | number } ? readonly [OneArg<First>, ...ArgValues<Rest>]
  : First extends { readonly optional: true } ? readonly [OneArg<First>?, ...ArgValues<Rest>]
  : readonly [OneArg<First>, ...ArgValues<Rest>]
  : Args extends readonly [] ? readonly []
  : Args extends readonly TaskArgument[] ? readonly (string | number)[]
  : readonly string[];

/** All words that are left: at least one, unless they are optional. */
export type RestValues<Arg extends TaskArgument> = Arg extends { readonly optional: true }
  ? readonly OneArg<Arg>[]
  : readonly [OneArg<Arg>, ...OneArg<Arg>[]];

/** Tells whether an argument may be left out. */
export function mayBeMissing({ optional, default: fallback }: TaskArgument): boolean {
  return optional === true || fallback !== undefined;
}

/** A value that a task gets. */
export type Value = string | number;

/**
 * Reads one value.
 *
 * @throws {UsageError} when it isn't what the task wants
 */
export function readValue(
  what: string,
  word: string,
  { type, choices }: Pick<TaskOption, "choices"> & { readonly type?: string },
): Value {
  const value = type === "number" ? Number(word) : word;
  if (type === "number" && !/^-?\d+(\.\d+)?$/.test(word)) {
    throw new UsageError(`Cannot use ${what}: "${word}" is not a number`);
  }
  if (choices === undefined || choices.includes(value)) return value;
  throw new UsageError(`Cannot use ${what}: "${word}" is not one of its values`, {
    hint: didYouMean(word, choices.map(String)),
  });
}
