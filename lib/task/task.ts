// A task of a user: `alcaide TASK`.

import type { ConfigFunction, UserConfig } from "../config/field/types.ts";
import { AlcaideError } from "../core/error.ts";
import { demand, isObject } from "../core/kind.ts";
import { type Events, taskEvents } from "./events.ts";
import type { EventOptions } from "./run_events.ts";
import { checkSpec } from "./check.ts";
import { runTask, statusOf } from "./in_task.ts";
import type { ArgValues, OptionValues, TaskArgument, TaskOption } from "./arguments.ts";
import type { Context, TaskFunction, TaskInfo } from "./context.ts";

/** A task: a function that may give an exit status, with what the help tells about it. */
export interface Task extends TaskInfo {
  /** Its description, in one line. */
  readonly description: string;
  /** Does it. */
  (ctx: Context): Promise<void | number>;
  /**
   * Does it from a program, and gives what happens event by event, as `--json` prints it. Nothing begins before the first
   * event is asked for. The iteration ends when the task has; what the task throws, the iteration throws. Leaving the loop
   * early ends the task: it undoes what it began before the loop is left.
   *
   * @example
   * ```ts ignore
   * import { deploy } from "alcaide";
   *
   * const config = { app: "shop", server: "root@203.0.113.7", build: { prebuilt: "dist" } };
   * for await (const event of deploy.events(config, { signal: AbortSignal.timeout(600_000) })) {
   *   if (event.type === "step") console.log(event.title);
   *   if (event.type === "result") console.log(event.value);
   * }
   * ```
   */
  events(config: UserConfig | ConfigFunction, options?: EventOptions): Events;
}

/** A task in full: what the help tells, and what it does. */
export interface TaskSpec<Args = unknown, Options = unknown> extends Omit<TaskInfo, "args" | "options"> {
  /** Its description, in one line. */
  readonly description: string;
  /** Its arguments, in order; without it any words. */
  readonly args?: Args;
  /** Its options by name. */
  readonly options?: Options;
  /** Does it; may give an exit status. */
  run(ctx: Context<ArgValues<Args>, OptionValues<Options>>): Promise<void | number>;
}

/**
 * Makes a task of a function and what it does in a few words, or of a full description.
 *
 * @example
 * ```ts
 * import { sh, task } from "alcaide";
 *
 * export const kernel = task("Kernel of every server", async (ctx) => {
 *   await ctx.servers.each(async (server) => ctx.ui.info(await server.read(sh`uname -rm`)));
 * });
 * ```
 */
export function task(
  description: string,
  run: (ctx: Context<readonly string[]>) => Promise<void | number>,
): Task;
/**
 * Makes a task with arguments and options of its own. They are checked before it runs, and have their types in it.
 *
 * @example
 * ```ts
 * import { task } from "alcaide";
 *
 * export const greet = task({
 *   description: "Greet somebody",
 *   args: [{ name: "name", description: "Whom to greet" }],
 *   options: {
 *     times: { type: "number", description: "How many times", default: 1 },
 *     tone: { type: "string", description: "How", choices: ["kind", "curt"], default: "kind" },
 *   },
 *   run: async ({ args: [name], options: { times, tone }, ui }) => {
 *     for (let i = 0; i < times; i++) ui.info(tone === "kind" ? `Hello, dear ${name}` : `${name}!`);
 *   },
 * });
 * ```
 */
export function task<
  const Args extends readonly TaskArgument[] | undefined = undefined,
  const Options extends Readonly<Record<string, TaskOption>> | undefined = undefined,
>(spec: TaskSpec<Args, Options>): Task;
export function task(first: string | TaskSpec, second?: TaskSpec["run"]): Task {
  const spec = specOf(first, second);
  const { run, ...info } = spec;
  checkSpec(info);
  const perform = async (ctx: Context) => {
    const full = completed(ctx, info);
    await runDepends(full, info.depends ?? []);
    return await runTask((ctx) => run.call(spec, ctx), full);
  };
  return Object.assign(perform, info, { events: taskEvents.bind(undefined, perform) });
}

/** A task in full, looked at as far as types can't. */
function specOf(
  first: string | TaskSpec,
  second: TaskSpec["run"] | undefined,
): Omit<Task, "events"> & { run: TaskFunction } {
  const example = 'Write task("Say hello", async (ctx) => { … })';
  const isSpec = typeof first === "string" || isObject(first) || typeof first === "function";
  demand(isSpec, "the description of task()", first, example);
  const spec = typeof first === "string" ? { description: first, run: second } : first;
  if (typeof spec.run === "function") return spec as Omit<Task, "events"> & { run: TaskFunction };
  throw new AlcaideError("Cannot make a task without a function", { hint: example });
}

/** Tasks that already ran, before those of a run that depend on them. */
const doneKey = Symbol.for("alcaide.done");
type Done = Map<TaskFunction, Promise<void>>;

async function runDepends(ctx: Context, depends: readonly (TaskFunction & TaskInfo)[]): Promise<void> {
  const { [doneKey]: done } = ctx as Context & { [doneKey]: Done };
  for (const before of depends) {
    const running = done.get(before) ?? runOnce(derive(ctx, { args: [], options: {} }), before);
    done.set(before, running);
    await running;
  }
}

async function runOnce(ctx: Context, before: TaskFunction & TaskInfo): Promise<void> {
  const status = statusOf(await before(ctx));
  if (status !== 0) {
    throw new AlcaideError(
      `Cannot go on: "${before.description ?? before.name}" ended with status ${status}`,
    );
  }
}

/** The context with what the caller left out: a task may be called by another one, with that one's options. */
function completed(ctx: Context, { args = [], options = {} }: TaskInfo): Context {
  const words = [...ctx.args ?? []];
  for (const [index, { default: fallback }] of args.entries()) {
    if (fallback !== undefined) words[index] ??= fallback;
  }
  const values: Record<string, unknown> = { ...ctx.options };
  for (const [name, { type, default: fallback, repeated }] of Object.entries(options)) {
    values[name] ??= repeated ? [] : fallback ?? (type === "boolean" ? false : undefined);
  }
  const { [doneKey]: done = new Map() } = ctx as Context & { [doneKey]?: Done };
  return derive(ctx, { args: words, options: values, [doneKey]: done } as Partial<Context>);
}

/** A context with some fields changed. The others are not looked at: some of them refuse. */
export function derive<Ctx extends Context>(ctx: Ctx, changes: Partial<Context>): Ctx {
  const fields = { ...Object.getOwnPropertyDescriptors(ctx), ...Object.getOwnPropertyDescriptors(changes) };
  return Object.create(Object.getPrototypeOf(ctx), fields);
}
