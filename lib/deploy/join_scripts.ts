/**
 * Steps that are scripts: neighbours among them share one script on each server, since every script costs a round trip.
 *
 * @module
 */

import { fenced } from "../commands/lock.ts";
import { CommandError, type Exit } from "../core/error.ts";
import { alone, type Failure, type Group, quietWhen, type Step } from "../task/pipeline.ts";
import type { Remote } from "../remote/remote.ts";
import type { RunOptions } from "../remote/runner.ts";
import { type Command, lines, sh } from "../core/sh.ts";
import { explainStep, takenOverBy } from "../hints/step.ts";
import type { DeployPlan, ServerPlan } from "./plan/plan.ts";
import type { Context } from "../task/context.ts";

/** What a step, or a piece of it, runs on a server. */
export interface Part {
  /** What is run; it ends with another status than 0 when it fails. */
  readonly script: Command;
  /** True where nothing is known to be there for it: it makes sure, and isn't worth a line. */
  readonly idle?: boolean;
  /** True for what only looks: it is run also while another script of ours is at work. */
  readonly looks?: boolean;
  /** Milliseconds that it may take. Default: 15 minutes. */
  readonly timeout?: number;
  /** Gets every line that it prints. Default: the lines are shown when the user wants to see everything. */
  readonly onLine?: (line: string) => void;
  /** Makes an error of its failure. Default: one with the last lines that it printed. */
  readonly explain?: (exit: Exit) => unknown;
}

/** Says what a step runs on a server: nothing, one part or several. */
export type PartsOf = (
  ctx: Context,
  plan: DeployPlan,
  server: Remote,
  own: ServerPlan,
) => Promise<readonly Part[]> | readonly Part[];

/** The function of a step. */
type StepRun = Step<Context, DeployPlan>["run"];

/** A part with the place of its step in its group. */
interface Placed extends Part {
  readonly step: number;
}

/** Found by the function itself: a step that a user wrapped has another function, and is run by itself. */
const partsOfRun = new WeakMap<StepRun, PartsOf>();

/** Makes a step's function out of what it runs on each server: on all at once, until all are done. */
export function byScript(partsOf: PartsOf): StepRun {
  const run: StepRun = async (ctx, plan) => {
    const failure = await runParts(ctx, plan, [partsOf], () => {});
    if (failure !== undefined) throw failure.cause;
  };
  partsOfRun.set(run, partsOf);
  return quietWhen(run, (ctx, plan) =>
    [...plan.servers].every(([server, own]) => {
      const parts = partsOf(ctx, plan, server, own);
      return !(parts instanceof Promise) && parts.every(({ idle }) => idle === true);
    }));
}

/** Joins neighbours that {@linkcode byScript} made. */
export function together(
  steps: readonly [Step<Context, DeployPlan>, ...Step<Context, DeployPlan>[]],
): Group<Context, DeployPlan> {
  const all: PartsOf[] = [];
  for (const step of steps) {
    const partsOf = partsOfRun.get(step.run);
    if (partsOf === undefined) break;
    all.push(partsOf);
    if (step.commit) break;
  }
  if (all.length < 2) return alone(steps);
  return { count: all.length, run: (ctx, plan, begin) => runParts(ctx, plan, all, begin) };
}

async function runParts(
  ctx: Context,
  plan: DeployPlan,
  all: readonly PartsOf[],
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
      const own = plan.servers.get(server);
      if (own === undefined) return;
      const parts: Placed[] = [];
      for (const [step, partsOf] of all.entries()) {
        for (const part of await partsOf(ctx, plan, server, own)) parts.push({ ...part, step });
      }
      const failure = await runOn({ ctx, server, own, begin: follow }, parts);
      if (failure === undefined) return;
      failures.push(failure);
      throw failure.cause;
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

interface Place {
  readonly ctx: Context;
  readonly server: Remote;
  readonly own: ServerPlan;
  readonly begin: (step: number) => void;
}

/** Runs parts on a server by one script, and finds out how far it came. */
async function runOn(place: Place, parts: readonly Placed[]): Promise<Failure | undefined> {
  const { ctx, server, own } = place;
  const [first] = parts;
  if (first === undefined) return undefined;
  const progress = follow(place, parts);
  const script = parts.length === 1 ? guarded(own, first) : joined(own, parts);
  const options: RunOptions = {
    signal: ctx.signal,
    timeout: parts.reduce((sum, part) => sum + (part.timeout ?? 15 * 60_000), 0),
    onLine: progress.onLine,
  };
  try {
    const exit = await server.exec(script, options);
    if (exit.code === 0) return undefined;
    const part = parts[progress.at] ?? first;
    const told = {
      ...exit,
      stdout: since(exit.stdout, progress.at),
      stderr: since(exit.stderr, progress.at),
    };
    const cause = takenOverBy(server.name, told) ?? part.explain?.(told) ??
      explainStep(server.name, new CommandError(server.name, guarded(own, part).shown, told));
    return { cause, failed: part.step, reached: exit.code === null ? lastStep(parts) : part.step };
  } catch (cause) {
    // It may have gone on after the last that was heard of it.
    return { cause, failed: parts[progress.at]?.step ?? 0, reached: lastStep(parts) };
  }
}

function lastStep(parts: readonly Placed[]): number {
  return parts.at(-1)?.step ?? 0;
}

/** Gives each part the lines that it prints, and knows which is at work. */
function follow({ ctx, server, begin }: Place, parts: readonly Placed[]) {
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

/** What a script prints, on both outputs, as it begins its parts after the first one. */
export function mark(part: number | string): string {
  return `=== alcaide, part ${part}`;
}

/** The command that prints it. */
export function printMark(part: number | string): Command {
  return sh`echo ${mark(part)}; echo ${mark(part)} >&2`;
}

/** What was printed since a part began. */
function since(text: string, part: number): string {
  const line = `${mark(part)}\n`;
  const start = part === 0 ? -1 : text.lastIndexOf(line);
  return start < 0 ? text : text.slice(start + line.length);
}

/** A part by itself. */
function guarded(own: ServerPlan, part: Part): Command {
  return part.looks ? part.script : fenced(own.app.app, own.fence, part.script);
}

/** Parts one after the other, each in a shell of its own: it ends, and sets, nothing but itself. */
function joined(own: ServerPlan, parts: readonly Placed[]): Command {
  const rows: Command[] = [];
  for (let at = 0; at < parts.length;) {
    const { looks = false } = parts[at] ?? {};
    let end = at + 1;
    while (end < parts.length && (parts[end]?.looks ?? false) === looks) end++;
    const inner = parts.slice(at, end).flatMap(({ script }, index) => [
      ...index === 0 ? [] : [printMark(at + index)],
      inShell(script),
    ]);
    // Before the lock is waited for, so that a failure of it counts for the part that needs it.
    if (at > 0) rows.push(printMark(at));
    rows.push(looks ? lines(...inner) : fenced(own.app.app, own.fence, lines(...inner)));
    if (end < parts.length && !looks) rows.push(sh`[ $? -eq 0 ] || exit 1`);
    at = end;
  }
  return lines(...rows);
}

/** A script in a shell of its own, which ends the whole when it fails. */
export function inShell(script: Command): Command {
  return sh`( :
${script}
) || exit $?`;
}
