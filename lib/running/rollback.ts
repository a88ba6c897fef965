// The work of `alcaide rollback`: a plan, then its steps, under the app's lock.

import { envOn } from "../config/sections/servers.ts";
import { releasesOf } from "../server/facts.ts";
import { trafficOf } from "../server/traffic.ts";
import { envFingerprint } from "../core/fingerprint.ts";
import { isGood, newestFirst, type Release, type ReleaseId } from "../core/release.ts";
import { secret } from "../core/secret.ts";
import { askDropped } from "../deploy/ask_dropped.ts";
import type { RollbackSteps } from "../deploy/steps/mod.ts";
import type { DeployPlan, ServerPlan } from "../deploy/plan/plan.ts";
import { erlangEnv } from "../deploy/plan/build.ts";
import { furthest, LiveAlready, planRollback } from "../deploy/plan/rollback.ts";
import { tellPlan } from "../deploy/shown_steps.ts";
import { type Locks, readAll, underLocks } from "../deploy/app_locks.ts";
import type { Remote } from "../remote/remote.ts";
import type { Context } from "../task/context.ts";
import { releaseRows } from "../deploy/release_rows.ts";
import { carryOut, type DeployJson } from "./carry_out.ts";
import { finish } from "./repair.ts";
import { limitsProblem } from "../setup/advice.ts";
import { plural } from "../core/text.ts";
import { envText } from "../commands/jail/variables.ts";

/** A context that may name a release. */
export type RollbackContext = Context<readonly [string?]>;

/** The options of a rollback. */
export interface RollbackOptions {
  readonly "current-env": boolean;
  readonly wait: string | undefined;
}

export async function runRollback(
  ctx: RollbackContext,
  steps: RollbackSteps,
  options: RollbackOptions,
): Promise<void> {
  const began = Date.now();
  const lock = { what: "rollback", wait: options.wait };
  await underLocks(ctx, lock, (ctx, locks) => rollbackUnder(locks, ctx, steps, { ...options, began }));
}

async function rollbackUnder(
  locks: Locks,
  ctx: RollbackContext,
  steps: RollbackSteps,
  options: RollbackOptions & { readonly began: number },
): Promise<void> {
  const { began } = options;
  ctx.ui.step("Read the facts");
  let plan: DeployPlan;
  try {
    plan = await makePlan(ctx, locks.by, locks.fences);
  } catch (error) {
    if (error instanceof LiveAlready && await finished(ctx, locks.fences, error.release, began)) return;
    throw error;
  }
  await askDropped(ctx, plan);
  const whole = options["current-env"] ? await withCurrentEnv(ctx, plan) : plan;
  await carryOut(ctx, whole, steps, { began, locks, done: `${plan.release} is live again` });
}

/** A rollback that was cut off after the traffic moved has only its end left to do. Tells whether there was any. */
async function finished(
  ctx: Context,
  fences: ReadonlyMap<Remote, number>,
  release: ReleaseId,
  began: number,
): Promise<boolean> {
  const { plans } = await finish(ctx, fences);
  const made = [...plans.values()].flatMap(({ changes }) => changes).length;
  if (made === 0) return false;
  ctx.ui.result(
    { release, servers: [], milliseconds: Date.now() - began } satisfies DeployJson,
    `${release} is live already; ${plural(made, "repair")} made after an interrupted command`,
    { prose: true },
  );
  return true;
}

export async function showRollback(ctx: RollbackContext, steps: RollbackSteps): Promise<void> {
  const plan = await makePlan(ctx, "", new Map());
  await tellPlan(ctx, plan, steps);
}

export async function listTargets(ctx: Context): Promise<void> {
  const facts = furthest(ctx.config.app, await readAll(ctx));
  if (facts === undefined) return;
  const live = trafficOf(facts, ctx.config.app)?.release;
  const all = newestFirst(releasesOf(facts, ctx.config.app));
  const good = all.filter((r) => r.id !== live && isGood(r));
  ctx.ui.result(
    good satisfies Release[],
    good.length === 0 ? "No release to go back to" : releaseRows(all, live, new Date(), good),
  );
}

async function makePlan(
  ctx: RollbackContext,
  by: string,
  fences: ReadonlyMap<Remote, number>,
): Promise<DeployPlan> {
  const inputs = { by, now: new Date().toISOString(), fences, asked: ctx.args[0] };
  const facts = await readAll(ctx);
  const plan = planRollback(ctx.config, facts, inputs);
  for (const [server, known] of facts) {
    const found = limitsProblem(plan.config, known);
    if (found !== undefined) ctx.ui.warn(`${server.name}: ${found.problem}`, found.hint);
  }
  return plan;
}

/** The plan with today's environment; a jail that is there is made anew, so that it gets it. */
async function withCurrentEnv(ctx: Context, plan: DeployPlan): Promise<DeployPlan> {
  const servers = new Map<Remote, ServerPlan>();
  const erlang = erlangEnv(ctx.config, plan.release, secret(crypto.randomUUID().replaceAll("-", "")));
  for (const [server, target] of plan.servers) {
    const today = envOn(ctx.config, server.name);
    const record = { ...target.record, env: await envFingerprint(today, target.allocation.token) };
    const env = secret(envText({ ...erlang, ...today }));
    servers.set(server, { ...target, present: false, record, env });
  }
  return { ...plan, servers };
}
