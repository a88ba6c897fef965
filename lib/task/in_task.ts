// Runs tasks so that what they call knows them.

import { AlcaideError } from "../core/error.ts";
import { inSurroundings } from "../remote/surroundings.ts";
import type { Context, TaskFunction } from "./context.ts";

/** Runs something as a part of a task: commands of `$` in it print where the task does, and end with it. */
export function inTask<T>(ctx: Context, run: () => T): T {
  return inSurroundings({
    get signal() {
      return ctx.signal;
    },
    get directory() {
      return ctx.directory;
    },
    started: (shown) => ctx.ui.verbose && ctx.ui.info(`$ ${shown}`),
    output: (chunk, stream) => ctx.ui.output(chunk, stream),
    progress: (label, done, total) => ctx.ui.progress(label, done, total),
  }, run);
}

/** Runs a task, which may be a plain function, and gives its exit status. */
export async function runTask(task: TaskFunction, ctx: Context): Promise<number> {
  return statusOf(await inTask(ctx, () => task(ctx)));
}

/**
 * Reads the status that a task returned: nothing, or any other value than a number, stands for 0.
 *
 * @throws {AlcaideError} for a number that no program can end with, and for a generator, whose body nobody runs
 */
export function statusOf(value: unknown): number {
  if (isGenerator(value)) {
    throw new AlcaideError("Cannot run a generator as a task: its body never runs", {
      hint: "Write the function without *",
    });
  }
  if (typeof value !== "number") return 0;
  if (Number.isInteger(value) && value >= 0 && value <= 255) return value;
  throw new AlcaideError(`Cannot end with status ${value}: a status is a whole number from 0 to 255`, {
    hint: "Return 1 for a failure, or throw an AlcaideError",
  });
}

function isGenerator(value: unknown): boolean {
  const { next, [Symbol.iterator]: one, [Symbol.asyncIterator]: other } = Object(value);
  return typeof next === "function" && (one ?? other) !== undefined;
}
