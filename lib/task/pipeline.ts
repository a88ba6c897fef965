// Steps in order, undone in reverse when one fails.

import { InterruptedError, LeftError, messageOf, StepError, takenOver } from "../core/error.ts";
import { checkSteps, type Step, type StepContext } from "./step.ts";

/** Neighbouring steps that are run as one, to save round trips. */
export interface Group<Context extends StepContext, Plan> {
  /** How many steps; at least one. */
  readonly count: number;
  /** Runs them; calls `begin` with the place of each that begins and has something to do, the first being 0. Doesn't throw. */
  run(ctx: Context, plan: Plan, begin: (step: number) => void): Promise<Failure | undefined>;
}

/** The failure of a group. */
export interface Failure {
  /** Why. */
  readonly cause: unknown;
  /** The step that failed. */
  readonly failed: number;
  /** The last step that may have begun. */
  readonly reached: number;
}

/** Says which of the steps to come are run as one, from the first of them on. */
export type Join<Context extends StepContext, Plan, Item extends Step<Context, Plan> = Step<Context, Plan>> =
  (steps: readonly [Item, ...Item[]]) => Group<Context, Plan>;

/**
 * Runs steps in order. When one fails, that one and those before it are undone, the last first, with a signal of their
 * own: Ctrl-C can't stop the cleaning. When undoing fails, it stops there. After the commit Ctrl-C ends it where it is.
 *
 * @throws {StepError} when a step before the commit failed
 * @throws {LeftError} when a signal came after the commit
 */
export async function pipeline<
  Context extends StepContext,
  Plan,
  Item extends Step<Context, Plan> = Step<Context, Plan>,
>(
  ctx: Context,
  plan: Plan,
  steps: Readonly<Record<string, Item>> | readonly Item[],
  join: Join<Context, Plan, Item> = alone,
): Promise<void> {
  checkSteps(steps, "pipeline");
  const all = Object.values(steps);
  const titleOf = (index: number) => all[index]?.title ?? "";
  const commits = (step: Item) => step.commit && !step.idle?.(ctx, plan);
  let committed = false;
  using stack = new DisposableStack();
  for (let at = 0; at < all.length;) {
    const [first, ...rest] = all.slice(at);
    if (first === undefined) return;
    const { count, run } = join([first, ...rest]);
    const failure = await run(ctx, plan, (step) => ctx.ui.step(titleOf(at + step)));
    if (failure === undefined) {
      at += count;
      if (committed || all[at - 1]?.commit !== true || all.slice(at).some(commits)) continue;
      committed = true;
      stack.use(undoNothing(ctx.signal));
      continue;
    }
    const { cause, failed, reached } = failure;
    const title = titleOf(at + failed);
    ctx.ui.failed(title);
    if (!committed) throw await undoAll(ctx, plan, all.slice(0, at + reached + 1), { title, cause });
    if (ctx.signal.aborted) throw leftError(ctx, plan, all.slice(at + failed));
    ctx.ui.warn(
      `${title} failed: ${messageOf(cause)}`,
      takenOver(cause)?.hint ?? "The new release is live; the next deploy does the missing part again",
    );
    at += failed + 1;
  }
}

/** Joins nothing: each step by itself. */
export function alone<Context extends StepContext, Plan>(
  [step]: readonly [Step<Context, Plan>, ...Step<Context, Plan>[]],
): Group<Context, Plan> {
  return {
    count: 1,
    async run(ctx, plan, begin) {
      try {
        if (!step.idle?.(ctx, plan)) begin(0);
        ctx.signal.throwIfAborted();
        await step.run(ctx, plan);
      } catch (cause) {
        return { cause, failed: 0, reached: 0 };
      }
    },
  };
}

async function undoAll<Context extends StepContext, Plan>(
  ctx: Context,
  plan: Plan,
  begun: readonly Step<Context, Plan>[],
  { title, cause }: { readonly title: string; readonly cause: unknown },
): Promise<StepError> {
  const undone: string[] = [];
  const failures: unknown[] = [];
  let taken = takenOver(cause);
  for (const step of begun.toReversed()) {
    if (!step.undo) continue;
    // Where somebody else has taken over, nothing is undone; there may be other servers.
    if (!taken) ctx.ui.step(`Undo: ${step.title}`);
    try {
      await step.undo(unstoppable(ctx), plan);
      if (!taken) undone.push(step.title);
    } catch (failure) {
      taken ??= takenOver(failure);
      if (takenOver(failure)) continue;
      // A failed undo may still need the steps below: a jail that has the traffic, above all.
      ctx.ui.failed(`Undo: ${step.title}`);
      failures.push(failure);
      break;
    }
  }
  const why = taken === undefined || takenOver(cause) ? cause : Object.assign(taken, { cause });
  return new StepError(title, why, undone, failures);
}

function leftError<Context extends StepContext, Plan>(
  ctx: Context,
  plan: Plan,
  steps: readonly Step<Context, Plan>[],
): LeftError {
  const left = steps.filter((step) => !step.idle?.(ctx, plan)).map(({ title }) => title);
  return new LeftError("the new release", left, ctx.signal.reason);
}

/** Until it is disposed of, a second signal finds nothing that it must not cut off. */
function undoNothing(signal: AbortSignal): Disposable {
  const tell = () => {
    if (signal.reason instanceof InterruptedError) signal.reason.undoes = false;
  };
  if (signal.aborted) tell();
  else signal.addEventListener("abort", tell, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", tell) };
}

/** Undoing isn't stopped by the signal that stopped the rest. */
function unstoppable<Context extends StepContext>(ctx: Context): Context {
  return { ...ctx, signal: new AbortController().signal };
}
