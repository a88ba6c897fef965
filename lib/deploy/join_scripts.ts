// Steps that are scripts: neighbours among them share one script on each server, since every script costs a round trip.

import { CommandError } from "../core/error.ts";
import { inShell, script } from "../core/script.ts";
import { type Command, sh } from "../core/sh.ts";
import { explainStep, takenOverBy } from "../hints/step.ts";
import { runDetached } from "../server/detached.ts";
import type { Remote } from "../remote/remote.ts";
import type { Context } from "../task/context.ts";
import { alone, type Failure, type Group } from "../task/pipeline.ts";
import type { DeployPlan } from "./plan/plan.ts";
import {
  type DeployStep,
  following,
  guarded,
  type Part,
  partTimeout,
  shownBy,
  type StepView,
  viewsOf,
} from "./step.ts";

/** A part with the place of its step in its group. */
type StepPart = Part & { readonly step: number };

/** The parts of a group on one server. */
type Job = Readonly<{ view: StepView; parts: readonly StepPart[] }>;

/**
 * Makes a step of a script. The function that runs it alone, for those who wrap it, is left behind by a copy by spread: that
 * stays a script, and the function that somebody gives it takes the script's place.
 */
export function scriptStep(step: Omit<DeployStep, "run">): DeployStep {
  const run = async (ctx: Context, plan: DeployPlan) => {
    const failure = await runScripts([step], ctx, plan, () => {});
    if (failure !== undefined) throw failure.cause;
  };
  return Object.defineProperty({ ...step }, "run", { value: run }) as DeployStep;
}

/** Tells whether a step is a script, and not a function that somebody put in its place. */
export function isScript({ script, ...rest }: DeployStep): boolean {
  return script !== undefined && !("run" in rest);
}

/** Joins neighbours that are scripts, up to the next barrier or commit. */
export function joinScripts(steps: readonly [DeployStep, ...DeployStep[]]): Group<Context, DeployPlan> {
  const joined: DeployStep[] = [];
  for (const step of steps) {
    if (!isScript(step) || (step.barrier && joined.length > 0)) break;
    joined.push(step);
    if (step.commit) break;
  }
  if (joined.length === 0) return alone(steps);
  return { count: joined.length, run: (ctx, plan, begin) => runScripts(joined, ctx, plan, begin) };
}

async function runScripts(
  steps: readonly Omit<DeployStep, "run">[],
  ctx: Context,
  plan: DeployPlan,
  begin: (step: number) => void,
): Promise<Failure | undefined> {
  const failures: Failure[] = [];
  let next = 0;
  try {
    const jobs = await makeJobs(steps, viewsOf(ctx, plan));
    const parts = [...jobs.values()].flatMap((job) => job.parts);
    const busy = new Set(parts.filter(({ idle }) => !idle).map(({ step }) => step));
    // In order, each once; those with nothing to do on any server are left out.
    const say = (step: number) => {
      for (; next <= step; next++) if (busy.has(next)) begin(next);
    };
    say(0);
    ctx.signal.throwIfAborted();
    await ctx.servers.each(async (server) => {
      const job = jobs.get(server);
      if (job === undefined) return;
      const failure = await runJob(job, say);
      if (failure !== undefined) {
        failures.push(failure);
        throw failure.cause;
      }
      for (const { after } of steps) await after?.(job.view);
    });
  } catch (cause) {
    // Without a failure no part has run.
    if (failures.length === 0) return { cause, failed: 0, reached: 0 };
    const failed = Math.min(...failures.map((failure) => failure.failed));
    // Another server may have come further.
    return { cause, failed, reached: Math.max(next - 1, ...failures.map(({ reached }) => reached)) };
  }
}

async function makeJobs(steps: readonly Omit<DeployStep, "run">[], views: ReadonlyMap<Remote, StepView>) {
  const jobs = new Map<Remote, Job>();
  for (const [server, view] of views) {
    const parts: StepPart[] = [];
    for (const [step, { script }] of steps.entries()) {
      for (const part of await script?.(view) ?? []) parts.push({ ...part, step });
    }
    jobs.set(server, { view, parts });
  }
  return jobs;
}

/** Runs the parts of a job by one script, and finds out how far it came. */
async function runJob({ view, parts }: Job, begin: (step: number) => void): Promise<Failure | undefined> {
  const { ctx, server } = view;
  const [first] = parts;
  if (first === undefined) return undefined;
  const last = parts.at(-1) ?? first;
  const at = { out: 0, err: 0 };
  const onLine = (line: string, stream: "out" | "err") => {
    const next = at[stream] + 1;
    const part = parts[next];
    if (part === undefined || line !== mark(next)) {
      return (parts[at[stream]]?.onLine ?? shownBy(ctx, server))(line);
    }
    at[stream] = next;
    if (stream === "out") begin(part.step);
  };
  const timeout = parts.reduce((sum, part) => sum + (part.timeout ?? partTimeout), 0);
  begin(first.step);
  try {
    const command = joined(view, parts);
    const lock = { app: view.app.app, fence: view.fence };
    const isLong = parts.some(({ long }) => long);
    const run = isLong
      ? runDetached(server, { command, lock }, { ...following(view), timeout, onLine })
      : server.exec(command, { signal: ctx.signal, timeout, onLine });
    const exit = await run;
    if (exit.code === 0) return undefined;
    const part = parts[at.out] ?? first;
    const told = { ...exit, stdout: since(exit.stdout, at.out), stderr: since(exit.stderr, at.out) };
    const { shown } = joined(view, [part]);
    const cause = takenOverBy(server.name, told) ?? part.explain?.(told) ??
      explainStep(server.name, new CommandError(server.name, shown, told));
    return { cause, failed: part.step, reached: (exit.code === null ? last : part).step };
  } catch (cause) {
    // It may have gone on after the last that was heard of it.
    return { cause, failed: (parts[at.out] ?? first).step, reached: last.step };
  }
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
function joined(view: StepView, parts: readonly Part[]): Command {
  const guardedUnless = (looks: boolean, command: Command) => looks ? command : guarded(view, command);
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return guardedUnless(only.looks ?? false, only.script);
  const rows: Command[] = [];
  for (let at = 0, end = 0; at < parts.length; at = end) {
    const { looks = false } = parts[at] ?? {};
    while (end < parts.length && (parts[end]?.looks ?? false) === looks) end++;
    const inner = parts.slice(at, end).flatMap((part, index) => [
      ...index === 0 ? [] : [printMark(at + index)],
      inShell(part.script),
    ]);
    // Before the lock is waited for, so that a failure of it counts for the part that needs it.
    if (at > 0) rows.push(printMark(at));
    rows.push(guardedUnless(looks, script(...inner)));
  }
  return script(...rows);
}
