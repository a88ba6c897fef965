/**
 * Steps: reversible pieces of a plan.
 *
 * @module
 */

import type { Exit } from "../core/error.ts";
import type { Command } from "../core/sh.ts";
import type { Ui } from "../ui/mod.ts";

/** The context of a step. */
export interface StepContext {
  /** Where it says what it does. */
  readonly ui: Ui;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** A script of a step, or of a piece of it, on a server. */
export interface Part {
  /** The script; it ends with another status than 0 when it fails. */
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

/**
 * A reversible piece of a plan. It is a function, or a script for each server: neighbours that are scripts share one on each
 * server, since every script costs a round trip.
 */
export interface Step<Context extends StepContext, Plan, View = never> {
  /** An order, such as "Create the jail". */
  readonly title: string;
  /** Why it is needed, where that is not always so. */
  readonly reason?: string;
  /** Its script on one server: nothing, one part or several. A `run` of its own takes its place. */
  readonly script?: (view: View) => readonly Part[] | Promise<readonly Part[]>;
  /** True when it begins on no server before the steps until here are done on all. */
  readonly barrier?: boolean;
  /** Does it; twice is as good as once. */
  run(ctx: Context, plan: Plan): Promise<void>;
  /** Takes it back; right also when `run` stopped half-way or never began. */
  undo?(ctx: Context, plan: Plan): Promise<void>;
  /** True when it has nothing to do: it is run all the same, to make sure, but its title isn't said. */
  readonly idle?: (ctx: Context, plan: Plan) => boolean;
  /** The scripts of a `run` of its own on one server, as far as they are known beforehand: for `--plan --verbose`. */
  readonly preview?: (view: View) => readonly Command[];
  /** Runs after its script on a server, once that has succeeded. */
  readonly after?: (view: View) => Promise<void>;
  /** From the end of this step on nothing is undone: later failures only warn. */
  readonly commit?: boolean;
}

/** Notes when a step has nothing to do. A copy by spread leaves that behind: it may do something else. */
export function quietWhen<Context extends StepContext, Plan, View>(
  step: Step<Context, Plan, View>,
  idle: (ctx: Context, plan: Plan) => boolean,
): Step<Context, Plan, View> {
  return Object.defineProperty(step, "idle", { value: idle });
}
