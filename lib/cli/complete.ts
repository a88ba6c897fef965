// The words that may complete an unfinished command line, for a shell's completion.

import type { Completion } from "../task/completion.ts";
import type { TaskArgument, TaskOption } from "../task/arguments.ts";
import { named } from "../core/shape.ts";
import { globalOptions, type Options, withGlobals } from "../task/options.ts";
import type { TaskLists, Tasks } from "./help.ts";

/** Something that may stand there. */
export interface Candidate {
  /** The whole word. */
  readonly value: string;
  /** Its description. */
  readonly description: string;
}

/** A command line up to the word that is being typed. */
interface Begun {
  /** The task's name, when it is there already. */
  readonly name: string | undefined;
  /** The words behind it. */
  readonly behind: readonly string[];
  /** Names of the options that are given. */
  readonly given: ReadonlySet<string>;
  /** The option whose value is being typed. */
  readonly open: TaskOption | undefined;
}

/** Facts beside the words. */
export type Known = Omit<Completion, "words">;

/**
 * Gives what the last word may become.
 *
 * @param words what stands behind the program's name; the last one is being typed and may be empty
 */
export async function candidates(
  words: readonly string[],
  { builtIn, own }: TaskLists,
  known: Known,
): Promise<Candidate[]> {
  const tasks = { ...builtIn, ...own };
  // A shell that takes words apart at "=" hands it over as a word of its own.
  const all = words.filter((word, index) => word !== "=" || index === words.length - 1);
  const typed = (all.at(-1) ?? "").replace(/^=$/, "");
  const found = await fitting(readBegun(all.slice(0, -1), tasks), typed, { tasks, known });
  return found.filter(({ value }) => value.startsWith(typed));
}

async function fitting(
  { name, behind, given, open }: Begun,
  typed: string,
  { tasks, known }: { tasks: Tasks; known: Known },
): Promise<Candidate[]> {
  const about = { ...known, words: behind };
  if (open) return await valuesOf(open, about);
  const task = named(tasks, name);
  const options = name === undefined ? globalOptions : withGlobals(task?.options);
  const [, option, equals] = /^--([^=]+)(=)/.exec(typed) ?? [];
  if (option !== undefined && equals) {
    return (await valuesOf(named(options, option), about)).map(({ value, description }) => ({
      value: `--${option}=${value}`,
      description,
    }));
  }
  if (task?.passthrough && behind.length > 0) return [];
  if (typed.startsWith("-")) return optionsOf(options, given);
  if (name === undefined || (name === "help" && behind.length === 0)) {
    return namesOf(tasks, name === undefined);
  }
  const args = task?.args ?? [];
  return await valuesOf(args[behind.length] ?? (args.at(-1)?.rest ? args.at(-1) : undefined), about);
}

function readBegun(words: readonly string[], tasks: Tasks): Begun {
  const begun = {
    name: undefined as string | undefined,
    behind: [] as string[],
    given: new Set<string>(),
  };
  let open: TaskOption | undefined;
  for (const word of words) {
    const task = named(tasks, begun.name);
    const through = task?.passthrough === true && begun.behind.length > 0;
    if (open) open = undefined;
    else if (word.startsWith("-") && word !== "-" && word !== "--" && !through) {
      const options = begun.name === undefined ? globalOptions : withGlobals(task?.options);
      open = readOption(word, options, begun.given);
    } else if (begun.name === undefined) begun.name = word;
    else begun.behind.push(word);
  }
  return { ...begun, open };
}

/** Notes the options of a word; gives the one whose value is still to come. */
function readOption(word: string, options: Options, given: Set<string>): TaskOption | undefined {
  const [, long, value] = /^--([^=]+)(=.*)?$/.exec(word) ?? [];
  if (long !== undefined) {
    const option = named(options, long);
    given.add(long);
    return option?.type === "boolean" || value !== undefined ? undefined : option;
  }
  for (const [index, letter] of [...word.slice(1)].entries()) {
    const name = Object.keys(options).find((key) => options[key]?.short === letter);
    if (name === undefined) return undefined;
    given.add(name);
    // The rest after the letter is its value.
    if (options[name]?.type !== "boolean") return index === word.length - 2 ? options[name] : undefined;
  }
  return undefined;
}

async function valuesOf(
  one: TaskArgument | TaskOption | undefined,
  about: Completion,
): Promise<Candidate[]> {
  const values = one?.choices ??
    await Promise.resolve(about).then((given) => one?.complete?.(given)).catch(() => []);
  return (values ?? []).map((value) => ({ value: String(value), description: one?.description ?? "" }));
}

function optionsOf(options: Options, given: ReadonlySet<string>): Candidate[] {
  return Object.entries(options)
    .filter(([name, option]) => !given.has(name) || option.repeated)
    .map(([name, { description }]) => ({ value: `--${name}`, description }));
}

function namesOf(tasks: Tasks, withHelp: boolean): Candidate[] {
  const rows = Object.entries(tasks).map(([value, { description = "" }]) => ({ value, description }));
  return withHelp ? [...rows, { value: "help", description: "Explain a task" }] : rows;
}
