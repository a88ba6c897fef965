// Reading a command line: options that everything has, options of a task, words.

import { parseArgs, type ParsedArgs } from "@std/cli/parse-args";
import { UsageError } from "../core/error.ts";
import { named } from "../core/shape.ts";
import { type OptionValues, readValue, type TaskOption, type Value } from "./arguments.ts";
import { didYouMean } from "../core/text.ts";

/** Options by name. */
export type Options = Readonly<Record<string, TaskOption>>;

/** The contents of a command line. */
export interface Words {
  /** Values of options by name; what isn't given is absent, or its default. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Everything else, in order. */
  readonly words: readonly string[];
}

/** How to read a command line. */
export interface ReadOptions {
  /** Everything from the first word on is left as it is. */
  readonly stopEarly?: boolean;
  /** Looks over what isn't understood: for a first look, before the task is known. */
  readonly lenient?: boolean;
}

/** Options that stand before or behind the name of every task. */
export const globalOptions = {
  config: { type: "string", short: "c", description: "Use this Alcaidefile, not the nearest one" },
  environment: { type: "string", short: "e", description: "The environment handed to the configuration" },
  json: { type: "boolean", description: "Print JSON, an object a line; the result comes last" },
  verbose: { type: "boolean", short: "v", description: "Show commands and their output" },
  quiet: { type: "boolean", short: "q", description: "Show only results, warnings and errors" },
  yes: { type: "boolean", description: "Answer every question with yes" },
  "no-color": { type: "boolean", description: "Print without colours" },
  help: { type: "boolean", short: "h", description: "Show help and stop" },
  version: { type: "boolean", description: "Show the version and stop" },
} as const satisfies Options;

/** The options in a context that every task has; a program may leave them out. */
export function globalsOf(
  { options }: { readonly options: Readonly<Record<string, unknown>> },
): Partial<OptionValues<typeof globalOptions>> {
  return options;
}

/** A task's options together with the global ones; its own names and letters come first. */
export function withGlobals(options: Options = {}): Options {
  const letters = Object.values(options).map((option) => option.short);
  const globals = Object.entries<TaskOption>(globalOptions).filter(([name]) => !Object.hasOwn(options, name));
  const free = globals.map(([name, { short, ...rest }]) => {
    return [name, short === undefined || letters.includes(short) ? rest : { short, ...rest }] as const;
  });
  return { ...options, ...Object.fromEntries(free) };
}

/**
 * Reads options and words.
 *
 * @throws {UsageError} for an option that isn't known or has no fitting value
 */
export function readWords(args: readonly string[], options: Options, how: ReadOptions = {}): Words {
  const { stopEarly = false, lenient = false } = how;
  const unknown: string[] = [];
  const written = rewritten(args, options);
  const parsed = parseArgs(written.map(({ text }) => text), {
    stopEarly,
    "--": true,
    boolean: namesOf(options, (option) => option.type === "boolean").map(keyOf),
    string: ["_", ...namesOf(options, (option) => option.type !== "boolean").map(keyOf)],
    collect: namesOf(options, (option) => option.repeated === true).map(keyOf),
    unknown: (arg, key) => {
      if (key !== undefined) unknown.push(arg.startsWith("--") ? `--${key}` : `-${key}`);
      return key === undefined;
    },
  });
  if (unknown[0] !== undefined && !lenient) throw unknownOption(unknown[0], options);
  return {
    values: valuesOf(parsed, options, args, lenient),
    words: wordsOf(parsed, args, written, stopEarly),
  };
}

function namesOf(options: Options, which: (option: TaskOption) => boolean): string[] {
  return Object.entries(options).filter(([, option]) => which(option)).map(([name]) => name);
}

/** A piece of a command line, and which of the words as typed it comes from. */
interface Written {
  readonly text: string;
  readonly origin: number;
}

/**
 * Writes options out in full up to a "--", because the parser reads short forms its own way: it takes a "true" behind a
 * switch for its value, so that `run --tty true` would run nothing; it reads `-fn7` as `-f=n7` and `--no-x=…` as `x`.
 */
function rewritten(args: readonly string[], options: Options): Written[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  return args.flatMap((arg, origin) => {
    const texts = origin >= end
      ? [arg]
      : arg.startsWith("--")
      ? [inFull(arg, options)]
      : letters(arg, options);
    return texts.map((text) => ({ text, origin }));
  });
}

function inFull(arg: string, options: Options): string {
  const [, name = "", value = ""] = /^--([^=]+)(=[^]*)?$/.exec(arg) ?? [];
  const option = named(options, name);
  if (option === undefined) return arg;
  return `--${keyOf(name)}${value === "" && option.type === "boolean" ? "=true" : value}`;
}

function letters(arg: string, options: Options): string[] {
  if (!/^-[A-Za-z]/.test(arg)) return [arg];
  const texts: string[] = [];
  for (let rest = arg.slice(1); rest !== ""; rest = rest.slice(1)) {
    const [name, option] = Object.entries(options).find(([, { short }]) => short === rest[0]) ?? [];
    if (name === undefined || option === undefined) return [...texts, `-${rest[0]}`];
    if (option.type !== "boolean") {
      const value = rest.slice(1).replace(/^=/, "");
      return [...texts, `--${keyOf(name)}${value === "" ? "" : `=${value}`}`];
    }
    texts.push(`--${keyOf(name)}=true`);
  }
  return texts;
}

/** The name that the parser knows an option by. */
function keyOf(name: string): string {
  return name.replace(/^no-/, "no_");
}

function unknownOption(name: string, options: Options): UsageError {
  const known = Object.keys(options).map((option) => `--${option}`);
  const hint = name.startsWith("--")
    ? didYouMean(name, known)
    : "Put -- before a word that begins with a hyphen, = before a value that does";
  return new UsageError(`Cannot understand the option ${name}`, { hint });
}

function valuesOf(parsed: ParsedArgs, options: Options, args: readonly string[], lenient: boolean) {
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) {
    try {
      const value = valueOf(parsed[keyOf(name)], name, option, lenient ? [] : args);
      if (value !== undefined) values[name] = value;
    } catch (error) {
      if (!lenient) throw error;
    }
  }
  return values;
}

function valueOf(found: unknown, name: string, option: TaskOption, args: readonly string[]): unknown {
  if (option.repeated) return Array.isArray(found) && found.length > 0 ? found.map(one) : undefined;
  if (option.type !== "boolean") return found === undefined ? option.default : one(found);
  // The parser takes every value but "false" for true.
  const odd = args.find((arg) => arg.startsWith(`--${name}=`) && !/=(true|false)$/.test(arg));
  if (odd !== undefined) throw new UsageError(`Cannot use ${odd}: it takes no value`);
  return found === true ? true : undefined;

  function one(value: unknown): Value {
    if (typeof value === "string" && value !== "") return readValue(`--${name}`, value, option);
    throw new UsageError(`Cannot use --${name} without a value`, { hint: `Write --${name}=VALUE` });
  }
}

/** The parser takes words apart at "--"; those of a command stay as they were typed. */
function wordsOf(parsed: ParsedArgs, args: readonly string[], written: readonly Written[], stop: boolean) {
  const before = parsed._.map(String);
  const behind = parsed["--"] ?? [];
  if (!stop || before.length === 0) return [...before, ...behind];
  const count = before.length + behind.length + (args.includes("--") ? 1 : 0);
  return args.slice(written[written.length - count]?.origin);
}
