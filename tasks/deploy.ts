/**
 * `alcaide deploy`: a new release beside the old one, checked, then the traffic moved to it.
 *
 * @module
 */

import { holdAppLock } from "../lib/app_lock.ts";
import type { Facts } from "../lib/facts.ts";
import { pipeline } from "../lib/pipeline.ts";
import type { Remote } from "../lib/remote.ts";
import { readRevision, readUser } from "../lib/revision.ts";
import { survey } from "../lib/survey.ts";
import { type Context, type Task, task } from "../lib/task.ts";
import { duration } from "../lib/text.ts";
import { artifactPath } from "./build.ts";
import { type DeploySteps, deploySteps } from "./deploy_steps.ts";
import { type DeployPlan, planDeploy, publicUrl } from "./plan_deploy.ts";
import { planJson, planText } from "./show_plan.ts";

/** Deploys a new release; the old one serves until the new one is proven. */
export const deploy: Task = deployWith(deploySteps);

/**
 * A deploy with other steps.
 *
 * @example
 * ```ts ignore
 * import { deploySteps, deployWith } from "alcaide";
 *
 * export const ship = deployWith({
 *   ...deploySteps,
 *   migrate: { title: "Skip migrations", run: async () => {} },
 * });
 * ```
 */
export function deployWith(steps: DeploySteps): Task {
  return task({
    description: "Deploy a new release; the old one serves until the new one is proven",
    options: { plan: { type: "boolean", description: "Print what would happen and stop" } },
    run: (ctx) => (ctx.options["plan"] === true ? showPlan(ctx) : runDeploy(ctx, steps)),
  });
}

async function runDeploy(ctx: Context, steps: DeploySteps): Promise<void> {
  const began = Date.now();
  await using stack = new AsyncDisposableStack();
  const by = await readUser(ctx.local);
  ctx.ui.step("Take the lock");
  const fences = new Map<Remote, number>();
  const holder = { by, since: new Date().toISOString(), what: "deploy" };
  await ctx.servers.each(async (server) => {
    const lock = stack.use(await holdAppLock(server, ctx.config.app, holder, ctx.signal));
    fences.set(server, lock.fence);
  });
  ctx.ui.step("Read the facts");
  const work = await Deno.makeTempDir({ prefix: "alcaide-" });
  stack.defer(() => Deno.remove(work, { recursive: true }));
  const plan = await makePlan(ctx, by, fences, work);
  await pipeline(ctx, plan, steps);
  const dirty = plan.revision.dirty ? " (with changes that are not committed)" : "";
  const where = ctx.servers.all.map((server) => publicUrl(ctx.config, server)).join(", ");
  ctx.ui.result(
    { release: plan.release, servers: planJson(plan), milliseconds: Date.now() - began },
    `${plan.release}${dirty} is live at ${where} after ${duration(Date.now() - began)}`,
  );
}

async function showPlan(ctx: Context): Promise<void> {
  const plan = await makePlan(ctx, await readUser(ctx.local), new Map(), ctx.config.directory);
  ctx.ui.result(planJson(plan), planText(plan));
}

async function makePlan(
  ctx: Context,
  by: string,
  fences: ReadonlyMap<Remote, number>,
  work: string,
): Promise<DeployPlan> {
  const { config, servers, signal } = ctx;
  const facts = new Map<Remote, Facts>();
  const [revision] = await Promise.all([
    readRevision(ctx.local, config.directory),
    servers.each(async (server) => {
      facts.set(server, await survey(server, { basePath: config.jail.basePath, signal }));
    }),
  ]);
  const inOrder = new Map(servers.all.flatMap((server) => {
    const known = facts.get(server);
    return known ? [[server, known] as const] : [];
  }));
  return planDeploy(config, inOrder, {
    revision,
    by,
    now: new Date().toISOString(),
    artifact: artifactPath(config.build, work),
    token: crypto.randomUUID().replaceAll("-", ""),
    fences,
  });
}
