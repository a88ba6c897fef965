// Tasks that are known by their words alone: the file of one is read when it runs, or when it completes a value.

import type { TaskArgument, TaskOption } from "./arguments.ts";
import type { Complete } from "./completion.ts";
import type { TaskFunction, TaskInfo } from "./context.ts";

/** A task as the program has it. */
export type ProgramTask = TaskFunction & TaskInfo;

type Words<One> = Omit<One, "complete"> & { readonly complete?: true };

/** The words of a task, as JSON holds them: where a function completes a value stands `true`. */
export interface TaskWords extends Omit<TaskInfo, "args" | "options" | "depends"> {
  /** Its arguments, in order. */
  readonly args?: readonly Words<TaskArgument>[];
  /** Its options by name. */
  readonly options?: Readonly<Record<string, Words<TaskOption>>>;
}

/** Reads the words of a task. */
export function wordsOf(task: TaskInfo): TaskWords {
  return JSON.parse(JSON.stringify({ ...task }, (key, value) => key === "complete" ? true : value));
}

/** Makes a task of its words and of what reads the whole. */
export function lateTask(words: TaskWords, load: () => Promise<ProgramTask>): ProgramTask {
  const { args, options, ...info } = words;
  const run: TaskFunction = async (ctx) => await (await load())(ctx);
  return Object.assign(run, {
    ...info,
    ...args && { args: args.map((one, index) => late(one, async () => (await load()).args?.[index])) },
    ...options && {
      options: Object.fromEntries(
        Object.entries(options).map((
          [name, one],
        ) => [name, late(one, async () => (await load()).options?.[name])]),
      ),
    },
  });
}

function late<One extends TaskArgument | TaskOption>(
  { complete, ...words }: Words<One>,
  whole: () => Promise<One | undefined>,
): One {
  const completed: Complete = async (about) => await (await whole())?.complete?.(about) ?? [];
  return { ...words, ...complete && { complete: completed } } as unknown as One;
}
