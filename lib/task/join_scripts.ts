/**
 * Steps that are scripts: neighbours among them share one script on each server, since every script costs a round trip.
 *
 * @module
 */

import { CommandError } from "../core/error.ts";
import { inShell, script } from "../core/script.ts";
import { type Command, sh } from "../core/sh.ts";
import { explainStep, takenOverBy } from "../hints/step.ts";
import type { Remote } from "../remote/remote.ts";
import type { RunOptions } from "../remote/runner.ts";
import type { Servers } from "../remote/servers.ts";
import { alone, type Failure, type Group, type Join } from "./pipeline.ts";
import { type Part, quietWhen, type Step, type StepContext } from "./step.ts";

/** A context that knows the servers. */
export interface ServerContext extends StepContext {
  /** Where scripts run. */
  readonly servers: Pick<Servers, "each">;
}

/** A plan that says what becomes of each server. */
export interface ServersPlan<Target> {
  /** The target of each server; on the others nothing happens. */
  readonly servers: ReadonlyMap<Remote, Target>;
}

/** The inputs of a step's script on one server. */
export interface View<Context, Plan, Target> {
  /** The context of the task. */
  readonly ctx: Context;
  /** The plan for all servers. */
  readonly plan: Plan;
  /** The server that the script runs on. */
  readonly server: Remote;
  /** The plan of this server. */
  readonly target: Target;
}

/** Lets a script act on a server only while it may. */
export type Guard<Target> = (target: Target, script: Command) => Command;

/** A step on servers. */
export type ServerStep<Context extends ServerContext, Plan extends ServersPlan<Target>, Target> = Step<
  Context,
  Plan,
  View<Context, Plan, Target>
>;

/** A part with the place of its step in its group. */
interface StepPart extends Part {
  readonly step: number;
}

/**
 * Gives a step that is a script the function that runs it alone, for those who wrap it. A copy by spread leaves that function
 * behind: it stays a script, and the function that somebody gives it takes the script's place.
 */
export function scripted<Context extends ServerContext, Plan extends ServersPlan<Target>, Target>(
  guard: Guard<Target>,
  step: Omit<ServerStep<Context, Plan, Target>, "run">,
): ServerStep<Context, Plan, Target> {
  const run = async (ctx: Context, plan: Plan) => {
    const failure = await runScripts(guard, [step], ctx, plan, () => {});
    if (failure !== undefined) throw failure.cause;
  };
  const made = Object.defineProperty({ ...step }, "run", { value: run }) as ServerStep<Context, Plan, Target>;
  return quietWhen(made, (ctx, plan) =>
    [...plan.servers].every(([server, target]) => {
      const parts = step.script?.({ ctx, plan, server, target }) ?? [];
      if (!(parts instanceof Promise)) return parts.every(({ idle }) => idle === true);
      // Asked again when it runs: a failure is told then.
      parts.catch(() => {});
      return false;
    }));
}

/** Tells whether a step is a script, and not a function that somebody put in its place. */
export function isScript({ script, ...rest }: { readonly script?: unknown }): boolean {
  return script !== undefined && !("run" in rest);
}

/** Joins neighbours that are scripts, up to the next barrier or commit. */
export function joinScripts<Context extends ServerContext, Plan extends ServersPlan<Target>, Target>(
  guard: Guard<Target>,
): Join<Context, Plan, ServerStep<Context, Plan, Target>> {
  return (steps): Group<Context, Plan> => {
    const all: ServerStep<Context, Plan, Target>[] = [];
    for (const step of steps) {
      if (!isScript(step) || (step.barrier && all.length > 0)) break;
      all.push(step);
      if (step.commit) break;
    }
    if (all.length === 0) return alone(steps);
    return { count: all.length, run: (ctx, plan, begin) => runScripts(guard, all, ctx, plan, begin) };
  };
}

async function runScripts<Context extends ServerContext, Plan extends ServersPlan<Target>, Target>(
  guard: Guard<Target>,
  steps: readonly Pick<ServerStep<Context, Plan, Target>, "script" | "after">[],
  ctx: Context,
  plan: Plan,
  begin: (step: number) => void,
): Promise<Failure | undefined> {
  const failures: Failure[] = [];
  let begun = 0;
  const follow = (step: number) => {
    begun = Math.max(begun, step);
    begin(step);
  };
  try {
    await ctx.servers.each(async (server) => {
      const target = plan.servers.get(server);
      if (target === undefined) return;
      const view = { ctx, plan, server, target };
      const parts: StepPart[] = [];
      for (const [step, { script }] of steps.entries()) {
        for (const part of await script?.(view) ?? []) parts.push({ ...part, step });
      }
      const failure = await runOn({ ctx, server, begin: follow }, parts, (command) => guard(target, command));
      if (failure !== undefined) {
        failures.push(failure);
        throw failure.cause;
      }
      for (const { after } of steps) await after?.(view);
    });
  } catch (cause) {
    // Nothing of it: what the parts are couldn't even be said.
    if (failures.length === 0) return { cause, failed: 0, reached: 0 };
    return {
      cause,
      failed: Math.min(...failures.map(({ failed }) => failed)),
      // Another server may have come further.
      reached: Math.max(begun, ...failures.map(({ reached }) => reached)),
    };
  }
}

/** Where parts run, and who is told. */
interface PartsRun {
  readonly ctx: StepContext;
  readonly server: Remote;
  readonly begin: (step: number) => void;
}

/** Runs parts on a server by one script, and finds out how far it came. */
async function runOn(
  place: PartsRun,
  parts: readonly StepPart[],
  guard: (script: Command) => Command,
): Promise<Failure | undefined> {
  const { ctx, server } = place;
  const [first] = parts;
  if (first === undefined) return undefined;
  const progress = follow(place, parts);
  const options: RunOptions = {
    signal: ctx.signal,
    timeout: parts.reduce((sum, part) => sum + (part.timeout ?? 15 * 60_000), 0),
    onLine: progress.onLine,
  };
  try {
    const exit = await server.exec(joined(parts, guard), options);
    if (exit.code === 0) return undefined;
    const part = parts[progress.at] ?? first;
    const told = {
      ...exit,
      stdout: since(exit.stdout, progress.at),
      stderr: since(exit.stderr, progress.at),
    };
    const shown = part.looks ? part.script.shown : guard(part.script).shown;
    const cause = takenOverBy(server.name, told) ?? part.explain?.(told) ??
      explainStep(server.name, new CommandError(server.name, shown, told));
    return { cause, failed: part.step, reached: exit.code === null ? lastStep(parts) : part.step };
  } catch (cause) {
    // It may have gone on after the last that was heard of it.
    return { cause, failed: parts[progress.at]?.step ?? 0, reached: lastStep(parts) };
  }
}

function lastStep(parts: readonly StepPart[]): number {
  return parts.at(-1)?.step ?? 0;
}

/** Gives each part the lines that it prints, and knows which is at work. */
function follow({ ctx, server, begin }: PartsRun, parts: readonly StepPart[]) {
  const at = { out: 0, err: 0 };
  const usual = (line: string) => ctx.ui.verbose && ctx.ui.line(server.name, line);
  return {
    get at() {
      return at.out;
    },
    onLine(line: string, stream: "out" | "err"): void {
      const next = at[stream] + 1;
      if (next < parts.length && line === mark(next)) {
        at[stream] = next;
        if (stream === "out") begin(parts[next]?.step ?? 0);
      } else {
        (parts[at[stream]]?.onLine ?? usual)(line);
      }
    },
  };
}

/** The line that a script prints, on both outputs, before each part after the first. */
export function mark(part: number | string): string {
  return `=== alcaide, part ${part}`;
}

/** The command that prints it. */
export function printMark(part: number | string): Command {
  return sh`echo ${mark(part)}; echo ${mark(part)} >&2`;
}

/** The output since a part began. */
function since(text: string, part: number): string {
  const line = `${mark(part)}\n`;
  const start = part === 0 ? -1 : text.lastIndexOf(line);
  return start < 0 ? text : text.slice(start + line.length);
}

/**
 * Parts one after the other, each in a shell of its own: it ends, and sets, nothing but itself. Neighbours that act share a
 * guard; what only looks has none.
 */
export function joined(parts: readonly Part[], guard: (script: Command) => Command): Command {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only.looks ? only.script : guard(only.script);
  const rows: Command[] = [];
  for (let at = 0; at < parts.length;) {
    const { looks = false } = parts[at] ?? {};
    let end = at + 1;
    while (end < parts.length && (parts[end]?.looks ?? false) === looks) end++;
    const inner = parts.slice(at, end).flatMap((part, index) => [
      ...index === 0 ? [] : [printMark(at + index)],
      inShell(part.script),
    ]);
    // Before the lock is waited for, so that a failure of it counts for the part that needs it.
    if (at > 0) rows.push(printMark(at));
    rows.push(looks ? script(...inner) : guard(script(...inner)));
    at = end;
  }
  return script(...rows);
}
