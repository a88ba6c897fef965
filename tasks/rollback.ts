/**
 * `alcaide rollback`: back to a release that was good, or forward again.
 *
 * @module
 */

import { wholeConfig } from "../lib/config/missing.ts";
import { envText } from "../lib/commands/app.ts";
import { releasesOf } from "../lib/server/facts.ts";
import { trafficOf } from "../lib/server/traffic.ts";
import { envFingerprint } from "../lib/core/fingerprint.ts";
import { isGood, newestFirst } from "../lib/core/release.ts";
import { secret } from "../lib/core/secret.ts";
import { withSecrets } from "../lib/task/with_secrets.ts";
import type { Completion } from "../lib/task/completion.ts";
import { rememberLive } from "../lib/task/seen_releases.ts";
import { type Task, task } from "../lib/task/task.ts";
import { duration } from "../lib/core/text.ts";
import { askDropped } from "../lib/deploy/ask_dropped.ts";
import { type RollbackSteps, rollbackSteps } from "../lib/deploy/steps/mod.ts";
import { type DeployPlan, publicUrls, type ServerPlan } from "../lib/deploy/plan/plan.ts";
import { erlangEnv } from "../lib/deploy/plan/build.ts";
import { furthest, planRollback } from "../lib/deploy/plan/rollback.ts";
import { releaseRows } from "./releases.ts";
import { runSteps } from "../lib/deploy/run_steps.ts";
import { planJson } from "../lib/deploy/plan/show.ts";
import { tellPlan } from "../lib/deploy/shown_steps.ts";
import { readAll, takeLocks, waitOption } from "../lib/deploy/app_locks.ts";
import type { Remote } from "../lib/remote/remote.ts";
import type { Context } from "../lib/task/context.ts";

/** A context that may name a release. */
type RollbackContext = Context<readonly [string?]>;

/** Goes back to the last good release before the live one, or to the one that is named. */
export const rollback: Task = rollbackWith(rollbackSteps);

/** A rollback with other steps. */
export function rollbackWith(steps: RollbackSteps): Task {
  return task({
    description: "Go back to the last good release or to a named one; nothing is built",
    group: "Deploy",
    args: [{
      name: "release",
      description: "Its id or number",
      optional: true,
      complete: ({ releases }: Completion) => releases(),
    }],
    options: {
      list: { type: "boolean", description: "List the releases to go back to" },
      plan: { type: "boolean", description: "Print what would happen and stop" },
      wait: waitOption,
      "current-env": { type: "boolean", description: "Use today's environment, not the release's own" },
    },
    examples: ["alcaide rollback", "alcaide rollback 3", "alcaide rollback --list"],
    run: async (bare) => {
      wholeConfig(bare.config);
      if (bare.options.list) return await listTargets(bare);
      // A release has its own environment with it; today's certificate goes for all.
      const ctx = await withSecrets(bare, bare.options["current-env"] ? ["env", "tls"] : ["tls"]);
      return await (ctx.options.plan ? showPlan(ctx, steps) : runRollback(ctx, steps, ctx.options));
    },
  });
}

/** The options of a rollback. */
interface RollbackOptions {
  readonly "current-env": boolean;
  readonly wait: string | undefined;
}

async function runRollback(
  ctx: RollbackContext,
  steps: RollbackSteps,
  options: RollbackOptions,
): Promise<void> {
  const began = Date.now();
  await using locks = await takeLocks(ctx, "rollback", options.wait);
  ctx.ui.step("Read the facts");
  const plan = await makePlan(ctx, locks.by, locks.fences);
  await askDropped(ctx, plan);
  const whole = options["current-env"] ? await withCurrentEnv(ctx, plan) : plan;
  await runSteps(ctx, whole, steps);
  await rememberLive(ctx, plan.release);
  const where = publicUrls(ctx.config, ctx.servers.all);
  ctx.ui.result(
    { release: plan.release, servers: planJson(plan), milliseconds: Date.now() - began },
    `${plan.release} is live again at ${where} after ${duration(Date.now() - began)}`,
  );
}

async function showPlan(ctx: RollbackContext, steps: RollbackSteps): Promise<void> {
  const plan = await makePlan(ctx, "", new Map());
  await tellPlan(ctx, plan, steps);
}

async function listTargets(ctx: Context): Promise<void> {
  const facts = furthest(ctx.config.app, await readAll(ctx));
  if (facts === undefined) return;
  const live = trafficOf(facts, ctx.config.app)?.release;
  const all = newestFirst(releasesOf(facts, ctx.config.app));
  const good = all.filter((r) => r.id !== live && isGood(r));
  ctx.ui.result(
    good,
    good.length === 0 ? "No release to go back to" : releaseRows(all, live, new Date(), good),
  );
}

async function makePlan(
  ctx: RollbackContext,
  by: string,
  fences: ReadonlyMap<Remote, number>,
): Promise<DeployPlan> {
  const inputs = { by, now: new Date().toISOString(), fences, asked: ctx.args[0] };
  return planRollback(ctx.config, await readAll(ctx), inputs);
}

/** The plan with today's environment; a jail that is there is made anew, so that it gets it. */
async function withCurrentEnv(ctx: Context, plan: DeployPlan): Promise<DeployPlan> {
  const servers = new Map<Remote, ServerPlan>();
  for (const [server, target] of plan.servers) {
    const env = await envFingerprint(ctx.config.env, target.place.token);
    servers.set(server, { ...target, present: false, record: { ...target.record, env } });
  }
  const erlang = erlangEnv(ctx.config, plan.release, secret(crypto.randomUUID().replaceAll("-", "")));
  return { ...plan, env: secret(envText({ ...erlang, ...ctx.config.env })), servers };
}
