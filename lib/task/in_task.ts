/**
 * Runs tasks so that what they call knows them.
 *
 * @module
 */

import { inSurroundings } from "../remote/surroundings.ts";
import type { Context, TaskFunction } from "./context.ts";
import { statusOf } from "./status.ts";

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
