// Several things at once, each line with the name of what it comes from.

import { AlcaideError, exitCodeOf } from "../core/error.ts";
import { demand, isObject } from "../core/kind.ts";
import type { RunOptions } from "../remote/runner.ts";
import { lineSplitter } from "../transport/output.ts";
import { inTask } from "./in_task.ts";
import { derive } from "./task.ts";
import type { Ui } from "../ui/mod.ts";
import { withSource } from "../ui/sink.ts";
import type { Context } from "./context.ts";

/** One of several things that are done at once. */
export type Branch<Result = unknown> = (ctx: Context, show: ShownOptions) => Promise<Result>;

/** Options that show what a command prints, and end it when another branch fails. */
export type ShownOptions = Required<Pick<RunOptions, "signal" | "onLine">>;

/** Several branches failed. */
export class ParallelError extends AlcaideError {
  /** The highest of what failed. */
  override readonly exitCode: number;
  /** Names of branches and what failed there. */
  readonly failures: ReadonlyMap<string, unknown>;
  /** Makes an error from what failed where. */
  constructor(failures: ReadonlyMap<string, unknown>) {
    const [first] = failures.values();
    super(`Cannot finish ${failures.size} of the things done at once`, { cause: first });
    this.failures = failures;
    this.exitCode = Math.max(...[...failures.values()].map(exitCodeOf));
  }
}

/**
 * Does several things at once and waits for all of them. Their output bears their names. When one fails, the signal of the
 * others is aborted, and its error is thrown once they have ended.
 *
 * @returns what each gave, by name
 *
 * @example
 * ```ts ignore
 * import { parallel, sh, task } from "alcaide";
 *
 * export const prepare = task("Build assets while the server makes room", async (ctx) => {
 *   await parallel(ctx, {
 *     assets: ({ local }, show) => local.run(sh`npm run build`, show),
 *     room: ({ servers }, show) => servers.first.run(sh`find /var/tmp -mtime +7 -delete`, show),
 *   });
 * });
 * ```
 */
export async function parallel<Branches extends Readonly<Record<string, Branch>>>(
  ctx: Context,
  branches: Branches,
): Promise<{ [Name in keyof Branches]: Awaited<ReturnType<Branches[Name]>> }> {
  refuseMisuse(ctx, branches);
  const stop = new AbortController();
  const signal = AbortSignal.any([ctx.signal, stop.signal]);
  const confirm = oneByOne(ctx.confirm);
  const failures = new Map<string, unknown>();
  const results: Record<string, unknown> = {};
  await Promise.all(
    Object.entries(branches).map(async ([name, run]) => {
      const ui = prefixed(ctx.ui, name);
      const show: ShownOptions = { signal, onLine: (line) => ui.line(name, line) };
      try {
        const branch = derive(ctx, { ui, signal, confirm });
        results[name] = await inTask(branch, () => run(branch, show));
      } catch (error) {
        // The errors of the others only echo the first failure.
        if (!stop.signal.aborted || ctx.signal.aborted) failures.set(name, error);
        stop.abort(new AlcaideError(`Cannot finish: ${name} failed meanwhile`));
      } finally {
        ui.flush();
      }
    }),
  );
  // A signal that ends all of them is not a failure of theirs.
  if (ctx.signal.aborted && [...failures.values()].includes(ctx.signal.reason)) throw ctx.signal.reason;
  if (failures.size > 1) throw new ParallelError(failures);
  if (failures.size === 1) throw [...failures.values()][0];
  return results as { [Name in keyof Branches]: Awaited<ReturnType<Branches[Name]>> };
}

function refuseMisuse(ctx: Context, branches: Readonly<Record<string, Branch>>): void {
  const hint = "Write parallel(ctx, { one: (ctx, show) => …, two: (ctx, show) => … })";
  const signal: unknown = (ctx as Context | undefined)?.signal;
  demand(signal instanceof AbortSignal, "the context of parallel()", ctx, hint);
  demand(isObject(branches), "the branches of parallel()", branches, hint);
  for (const [name, run] of Object.entries(branches)) {
    demand(typeof run === "function", `"${name}" of parallel()`, run, hint);
  }
}

/** A person can answer one question at a time. */
function oneByOne(confirm: Context["confirm"]): Context["confirm"] {
  let before: Promise<unknown> = Promise.resolve();
  return (question) => {
    const answer = before.then(() => confirm(question));
    before = answer.catch(() => {});
    return answer;
  };
}

/** A ui whose words bear a name; steps and results of a branch are lines among those of others. */
function prefixed(ui: Ui, name: string): Ui & { flush(): void } {
  const splitter = () => lineSplitter((text) => ui.line(name, text));
  const outputs = { out: splitter(), err: splitter() };
  const say = (text: string) => text.split("\n").forEach((line) => ui.line(name, line));
  return {
    verbose: ui.verbose,
    terminal: false,
    step: say,
    failed: (title) => say(`${title}: failed`),
    info: say,
    warn: (text, hint) => ui.warn(`${name}: ${text}`, hint),
    line: (source, text, options) => ui.line(source === name ? name : `${name}, ${source}`, text, options),
    progress: (label, ...far) => ui.progress(`${name}: ${label}`, ...far),
    result: (_value, text) => say(text),
    output: (chunk, stream, ...from) => outputs[stream].write(withSource(chunk, ...from)),
    confirm: (question) => ui.confirm(`${name}: ${question}`),
    flush: () => (outputs.out.end(), outputs.err.end()),
  };
}
