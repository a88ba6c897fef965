// Runs tasks so that what they call knows them.

import { AlcaideError } from "../core/error.ts";
import { inSurroundings } from "../remote/surroundings.ts";
import type { Context, TaskFunction } from "./context.ts";

/**
 * Runs something as a part of a task: commands of `$` in it print where the task does, and end with it. A warning names those that
 * nobody awaited.
 */
export async function inTask<T>(ctx: Context, run: () => T): Promise<Awaited<T>> {
  const waiting = new Set<{ readonly shown: string }>();
  const result = await inSurroundings({
    waiting,
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
  for (const { shown } of waiting) {
    ctx.ui.warn(`Never started: ${shown}`, "A command of $ starts when it is awaited: write await before it");
  }
  return result;
}

/** Runs a task, which may be a plain function, and gives its exit status. */
export async function runTask(task: TaskFunction, ctx: Context): Promise<number> {
  return statusOf(await inTask(ctx, () => task(ctx)));
}

/**
 * Reads the status that a task returned. Nothing stands for 0, and so does a record or a list, which an arrow function may hand on.
 *
 * @throws {AlcaideError} for another number than 0 to 255, for a text and other values that look like a status and are none, and
 * for a generator, whose body nobody runs
 */
export function statusOf(value: unknown): number {
  if (isGenerator(value)) {
    throw new AlcaideError("Cannot run a generator as a task: its body never runs", {
      hint: "Write the function without *",
    });
  }
  if (value === undefined || typeof value === "object" || typeof value === "function") return 0;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 255) return value;
  throw new AlcaideError(`Cannot end with ${statusText(value)}: a status is a whole number from 0 to 255`, {
    hint: "Return 1 for a failure, or throw an AlcaideError; ctx.ui.result shows a result",
  });
}

/** A text may hold what nobody is to see. */
function statusText(value: unknown): string {
  return typeof value === "number" ? `status ${value}` : `a ${typeof value}`;
}

function isGenerator(value: unknown): boolean {
  const { next, [Symbol.iterator]: one, [Symbol.asyncIterator]: other } = Object(value);
  return typeof next === "function" && (one ?? other) !== undefined;
}
