// The steps of a deploy and of a rollback: their types, and their common part.

import type { JailSpec } from "../commands/jail/jail.ts";
import { fenced } from "../commands/lock.ts";
import type { Exit } from "../core/error.ts";
import type { Command } from "../core/sh.ts";
import { explainStep } from "../hints/step.ts";
import type { Remote } from "../remote/remote.ts";
import type { RunOptions } from "../remote/runner.ts";
import { tellLost } from "../task/change_steps.ts";
import type { Context } from "../task/context.ts";
import type { Step } from "../task/step.ts";
import type { DeployPlan, PlanView, ServerPlan, ServerView } from "./plan/plan.ts";

/** A script of a step, or of a piece of it, on a server. */
export interface Part {
  /** The script; it ends with another status than 0 when it fails. */
  readonly script: Command;
  /** True where nothing is known to be there for it: it makes sure, and isn't worth a line. */
  readonly idle?: boolean;
  /** True for what only looks: it is run also while another script of ours is at work. */
  readonly looks?: boolean;
  /** True for long work, which goes on when the connection breaks, and is followed again. */
  readonly long?: boolean;
  /** Milliseconds that it may take. Default: 15 minutes. */
  readonly timeout?: number;
  /** Gets every line that it prints. Default: the lines are shown when the user wants to see everything. */
  readonly onLine?: (line: string) => void;
  /** Makes an error of its failure. Default: one with the last lines that it printed. */
  readonly explain?: (exit: Exit) => unknown;
}

/** The inputs of a step's script on one server. */
export interface DeployView extends ServerView {
  /** The context of the task. */
  readonly ctx: Context;
  /** The server that the script runs on. */
  readonly server: Remote;
}

/**
 * A step of a deploy or of a rollback. It is a function, or a script for each server: neighbours that are scripts share one
 * on each server, since every script costs a round trip.
 */
export interface DeployStep extends Step<Context, PlanView> {
  /** Its script on one server: nothing, one part or several. A `run` of its own takes its place. */
  script?(view: DeployView): readonly Part[] | Promise<readonly Part[]>;
  /** True when it begins on no server before the steps until here are done on all. */
  readonly barrier?: boolean;
  /** Runs after its script on a server, once that has succeeded. */
  after?(view: DeployView): Promise<void>;
  /** The scripts of a `run` of its own on one server, as far as they are known beforehand: for `--plan --verbose`. */
  preview?(view: DeployView): readonly Command[];
}

/** Steps by name, in order. */
export type Steps = Readonly<Record<string, DeployStep>>;

/** The view of the built-in steps, with the whole plan. A {@linkcode DeployStep}'s methods may take it: it is what they get. */
export interface StepView extends DeployView, ServerPlan {
  readonly plan: DeployPlan;
}

/** The view of each server that a plan does something on. */
export function viewsOf(ctx: Context, plan: DeployPlan): Map<Remote, StepView> {
  return new Map([...plan.servers].map(([server, target]) => [server, { ...target, ctx, plan, server }]));
}

/** Makes a step's function out of what it does on one server: on all at once, until all are done. */
export function onServers(
  run: (view: StepView) => Promise<void>,
): (ctx: Context, plan: DeployPlan) => Promise<void> {
  return async (ctx, plan) => {
    const views = viewsOf(ctx, plan);
    await ctx.servers.each(async (server) => {
      const view = views.get(server);
      if (view) await run(view);
    });
  };
}

/** Lets a script change something only while our lock is the newest. */
export function guarded({ app, fence }: Pick<StepView, "app" | "fence">, script: Command): Command {
  return fenced(app.app, fence, script);
}

/** Runs a script that changes something: only while our lock is the newest. */
export async function act(
  view: Pick<StepView, "ctx" | "server" | "app" | "fence">,
  command: Command,
  options: RunOptions = {},
): Promise<void> {
  const { ctx, server } = view;
  const usual = { signal: ctx.signal, timeout: partTimeout, onLine: shownBy(ctx, server) };
  await explained(server, () => server.run(guarded(view, command), { ...usual, ...options }));
}

/** Milliseconds that a script may take unless it says otherwise. */
export const partTimeout = 15 * 60_000;

/** The same for a script that stops a jail: its service gets its time to end, then what else runs in there. */
export function stopLimit({ stopTimeout = 0 }: Pick<JailSpec, "stopTimeout">): number {
  return partTimeout + 2000 * stopTimeout;
}

/** How detached work is followed in a deploy: all that is locked is locked again after a loss. */
export function following({ ctx, server }: Pick<StepView, "ctx" | "server">) {
  return { signal: ctx.signal, locks: ctx.servers.all, onLost: tellLost(ctx, server) };
}

/** Shows the lines of a command when the user wants to see everything. */
export function shownBy({ ui }: Pick<Context, "ui">, { name }: Remote): (line: string) => void {
  return (line) => ui.verbose && ui.line(name, line);
}

/** Adds a remedy to what fails, where one is known. */
export async function explained(server: Remote, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (cause) {
    throw explainStep(server.name, cause);
  }
}
