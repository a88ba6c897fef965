// The work of `alcaide promote` and `alcaide abort`: more visitors for a canary, all of them, or its end.

import { canaryIn } from "../commands/caddy/canary.ts";
import { type CanaryWish, parseCanary, shareText } from "../core/canary.ts";
import { AlcaideError, StepError } from "../core/error.ts";
import { list } from "../core/text.ts";
import { type Locks, readAll, underLocks } from "../deploy/app_locks.ts";
import { askDropped } from "../deploy/ask_dropped.ts";
import { checkCanary } from "../deploy/plan/canary.ts";
import type { DeployPlan } from "../deploy/plan/plan.ts";
import { tellPlan } from "../deploy/shown_steps.ts";
import { shareSteps } from "../deploy/steps/canary.ts";
import { cutoverSteps } from "../deploy/steps/mod.ts";
import type { Context } from "../task/context.ts";
import { carryOut } from "./carry_out.ts";
import { drop, type Drops, dropsOf, makePlan, showDrops } from "./cutover.ts";

/** A promotion's context: its word is a share. */
type Promotion = Context<readonly [string?]>;

/** Gives the canary more visitors, or other ones; without a wish all. */
export async function runPromote(ctx: Promotion, wait: string | undefined): Promise<void> {
  const began = Date.now();
  const wish = wishOf(ctx);
  const [text] = ctx.args;
  const what = text === undefined ? "promote" : `promote ${text}`;
  await underLocks(ctx, { what, wait }, async (ctx, locks) => {
    ctx.ui.step("Read the facts");
    await (wish === undefined ? promoteAll(ctx, locks, { began }) : promoteTo(ctx, locks, wish, began));
  });
}

/** Says what a promotion would do. */
export async function showPromote(ctx: Promotion): Promise<void> {
  const held = { by: "", fences: new Map() };
  const wish = wishOf(ctx);
  if (wish === undefined) return await tellPlan(ctx, await makePlan(ctx, held, true), cutoverSteps);
  await tellPlan(ctx, await planShare(ctx, held, wish), shareSteps(wish));
}

function wishOf({ args: [text] }: Promotion): CanaryWish | undefined {
  return text === undefined ? undefined : parseCanary(text, `Cannot promote to "${text}"`);
}

/** Gives it all visitors. A guard takes back what does not do well. */
export async function promoteAll(
  ctx: Context,
  locks: Locks,
  { began, done }: { began: number; done?: string },
): Promise<void> {
  const plan = await makePlan(ctx, locks, true);
  if (done === undefined) await askDropped(ctx, plan);
  await orAborted(
    ctx,
    locks,
    () => carryOut(ctx, plan, cutoverSteps, { began, locks, done: done ?? `${plan.release} is live` }),
  );
}

async function promoteTo(ctx: Context, locks: Locks, wish: CanaryWish, began: number): Promise<void> {
  const plan = await planShare(ctx, locks, wish);
  const done = `${plan.release} has ${shareText(wish)}`;
  await orAborted(ctx, locks, () => carryOut(ctx, plan, shareSteps(wish), { began, locks, done }));
}

async function planShare(
  ctx: Context,
  held: Parameters<typeof makePlan>[1],
  canary: CanaryWish,
): Promise<DeployPlan> {
  const plan = { ...await makePlan(ctx, held, true), switching: { later: true, canary } };
  checkCanary(plan, canary);
  return plan;
}

/** Where a guard is configured, nobody has to look after a canary that fails. */
async function orAborted(ctx: Context, locks: Locks, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    const end = '"alcaide abort" takes it back';
    if (ctx.config.guard === undefined || ctx.signal.aborted) {
      ctx.ui.info(`The canary has its visitors as before: "alcaide promote" goes on, ${end}`);
    } else {
      await abort(ctx, locks).catch(({ message }) => ctx.ui.warn(message, end));
    }
    throw error;
  }
}

/** With `--json`. */
export interface AbortedJson {
  /** The servers where the live release answers all visitors again. */
  readonly aborted: readonly string[];
}

/** Takes the canary back: the live release answers all. */
export async function runAbort(ctx: Context, wait: string | undefined): Promise<void> {
  await underLocks(ctx, { what: "abort", wait }, async (ctx, locks) => {
    ctx.ui.step("Read the facts");
    const aborted = await abort(ctx, locks);
    ctx.ui.result(
      { aborted } satisfies AbortedJson,
      `The live release answers all visitors of ${list(aborted)} again`,
      { prose: true },
    );
  });
}

/** Says what the end of the canary would do. */
export async function showAbort(ctx: Context): Promise<void> {
  showDrops(ctx, await findCanary(ctx));
}

async function abort(ctx: Context, locks: Locks): Promise<string[]> {
  return await drop(ctx, locks, await findCanary(ctx));
}

async function findCanary(ctx: Context): Promise<Drops> {
  const facts = await readAll(ctx);
  if ([...facts.values()].some(({ sites }) => canaryIn(sites.get(ctx.config.app)))) {
    return dropsOf(ctx, facts);
  }
  throw new AlcaideError("Cannot abort: there is no canary", {
    hint: '"alcaide cutover --drop" takes back a release that is only prepared',
  });
}
