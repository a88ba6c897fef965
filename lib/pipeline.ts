/**
 * Steps in order, undone in reverse when one fails.
 *
 * @module
 */

import { StepError } from "./error.ts";
import type { Ui } from "./ui/mod.ts";

/** What a step needs to know besides its plan. */
export interface StepContext {
  /** Where it says what it does. */
  readonly ui: Ui;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** A reversible piece of a plan. */
export interface Step<Context extends StepContext, Plan> {
  /** An order, such as "Create the jail". */
  readonly title: string;
  /** Does it; twice is as good as once. */
  run(ctx: Context, plan: Plan): Promise<void>;
  /** Takes it back; right also when `run` stopped half-way or never began. */
  undo?(ctx: Context, plan: Plan): Promise<void>;
  /** From the end of this step on nothing is undone: later failures only warn. */
  readonly commit?: boolean;
}

/**
 * Runs steps in order. When one fails, that one and those before it are undone, the last first, with a signal of their
 * own: Ctrl-C can't stop the cleaning. When undoing fails, it stops there.
 *
 * @throws {StepError} when a step before the commit failed
 */
export async function pipeline<Context extends StepContext, Plan>(
  ctx: Context,
  plan: Plan,
  steps: Readonly<Record<string, Step<Context, Plan>>>,
): Promise<void> {
  const begun: Step<Context, Plan>[] = [];
  let committed = false;
  for (const step of Object.values(steps)) {
    begun.push(step);
    ctx.ui.step(step.title);
    try {
      if (!committed) ctx.signal.throwIfAborted();
      await step.run(committed ? unstoppable(ctx) : ctx, plan);
    } catch (cause) {
      if (!committed) throw await undoAll(ctx, plan, begun, cause);
      ctx.ui.warn(
        `${step.title} failed: ${cause instanceof Error ? cause.message : cause}`,
        "The new release is live; the next deploy does again what is missing",
      );
    }
    committed ||= step.commit ?? false;
  }
}

async function undoAll<Context extends StepContext, Plan>(
  ctx: Context,
  plan: Plan,
  begun: readonly Step<Context, Plan>[],
  cause: unknown,
): Promise<StepError> {
  const undone: string[] = [];
  const failures: unknown[] = [];
  for (const step of begun.toReversed()) {
    if (!step.undo) continue;
    ctx.ui.step(`Undo: ${step.title}`);
    try {
      await step.undo(unstoppable(ctx), plan);
      undone.push(step.title);
    } catch (failure) {
      // What lies below may still be needed by what could not be taken back: a jail that has the traffic, above all.
      failures.push(failure);
      break;
    }
  }
  return new StepError(begun.at(-1)?.title ?? "", cause, undone, failures);
}

/** Undoing, and what follows the commit, isn't stopped by the signal that stopped the rest. */
function unstoppable<Context extends StepContext>(ctx: Context): Context {
  return { ...ctx, signal: new AbortController().signal };
}
