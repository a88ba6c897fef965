// The work of `alcaide deploy`: a plan, then its steps, under the app's lock.

import { askChunks, chunksSection } from "../commands/app/chunks.ts";
import { CommandError, exitCodes } from "../core/error.ts";
import { scratch } from "../remote/local_file.ts";
import { ServersError } from "../remote/servers.ts";
import { readProject } from "../server/project.ts";
import type { OwnOptions } from "../server/survey.ts";
import { readRevision, readUser } from "../remote/revision.ts";
import { shareText } from "../core/canary.ts";
import { warnOfDrift } from "../setup/accessory_drift.ts";
import { askDropped } from "../deploy/ask_dropped.ts";
import type { DeploySteps } from "../deploy/steps/mod.ts";
import { untilSwitch } from "../deploy/steps/prepared.ts";
import { checkCanary } from "../deploy/plan/canary.ts";
import { oldImage } from "../deploy/plan/image.ts";
import type { DeployPlan, PlanInputs, Switching } from "../deploy/plan/plan.ts";
import { plannedSource, sourceOf } from "../deploy/jail_build.ts";
import { planDeploy } from "../deploy/plan/deploy.ts";
import { resolverAdvice } from "../setup/advice.ts";
import { tellPlan } from "../deploy/shown_steps.ts";
import { lockName, readSwitching, type SwitchOptions } from "../deploy/switching.ts";
import { writeAllocation } from "../deploy/record.ts";
import { onServers, type Steps } from "../deploy/step.ts";
import { untilShared } from "../deploy/steps/canary.ts";
import { isGuarded } from "../deploy/steps/guard.ts";
import { type Locks, readAll, underLocks } from "../deploy/app_locks.ts";
import { artifactPath, uploadShells } from "../deploy/artifact.ts";
import type { Context } from "../task/context.ts";
import { promoteAll } from "./canary.ts";
import { carryOut, tellAndRun } from "./carry_out.ts";

/** The options of a deploy. */
export interface DeployOptions extends SwitchOptions {
  readonly dirty: boolean;
  readonly rebuild: boolean;
  readonly "take-over": boolean;
  readonly wait: string | undefined;
}

export async function runDeploy(ctx: Context, steps: DeploySteps, options: DeployOptions): Promise<void> {
  const began = Date.now();
  const switching = readSwitching(ctx, options);
  const lock = { what: lockName("deploy", switching), wait: options.wait };
  await underLocks(
    ctx,
    lock,
    (ctx, locks) => deployUnder(locks, ctx, steps, { ...options, began, switching }),
  );
}

async function deployUnder(
  locks: Locks,
  ctx: Context,
  steps: DeploySteps,
  options: DeployOptions & Required<Pick<DeployPlan, "switching">> & { readonly began: number },
): Promise<void> {
  const { began, switching } = options;
  ctx.ui.step("Read the facts");
  await using work = await scratch();
  const { canary, later } = switching;
  const plan = await placed(ctx, async () => {
    const plan = await makePlan(ctx, options, { ...locks, work: work.path, switching });
    // The site stays as it is until the cutover, which asks then; a guarded canary comes to it by itself.
    if (!later || (canary && isGuarded(plan))) await askDropped(ctx, plan);
    return plan;
  });
  const named = `${plan.release}${plan.revision.dirty ? " (with changes that are not committed)" : ""}`;
  const chosen = stepsFor(steps, switching);
  if (canary && isGuarded(plan)) {
    await alone(ctx, (first) => tellAndRun(first, plan, chosen, locks));
    return await promoteAll(ctx, locks, { began, done: `${named} is live` });
  }
  const done = canary ? `has ${shareText(canary)}` : `is ${later ? "prepared" : "live"}`;
  await carryOut(ctx, plan, chosen, { began, locks, done: `${named} ${done}` });
}

/** Runs work with a signal of its own: its commit must not let a Ctrl-C of later work find nothing to undo. */
async function alone(ctx: Context, run: (ctx: Context) => Promise<void>): Promise<void> {
  const own = new AbortController();
  const pass = () => own.abort(ctx.signal.reason);
  ctx.signal.addEventListener("abort", pass);
  if (ctx.signal.aborted) pass();
  await run({ ...ctx, signal: own.signal }).finally(() => ctx.signal.removeEventListener("abort", pass));
}

/** The steps up to where a deploy ends. */
function stepsFor(steps: DeploySteps, { canary, later }: Switching): Steps {
  return canary ? untilShared(steps, canary) : later ? untilSwitch(steps) : steps;
}

/** How many apps may be given their first place on a server at the same moment. */
const mostPlans = 10;

/** A plan whose place on the servers is the app's: another one is made when another app was quicker. */
async function placed(ctx: Context, make: () => Promise<DeployPlan>): Promise<DeployPlan> {
  for (let tries = 1;; tries++) {
    const plan = await make();
    if ([...plan.servers.values()].every(({ hostFile }) => hostFile === undefined)) return plan;
    try {
      await onServers(writeAllocation)(ctx, plan);
      return {
        ...plan,
        servers: new Map(
          [...plan.servers].map(([server, target]) => [server, { ...target, hostFile: undefined }]),
        ),
      };
    } catch (error) {
      if (tries === mostPlans || !isPlaceTaken(error)) throw error;
    }
  }
}

/** True when nothing failed but that another app was given a place since the facts were read. */
function isPlaceTaken(error: unknown): boolean {
  if (error instanceof ServersError) return [...error.failures.values()].every(isPlaceTaken);
  return error instanceof CommandError && error.exit.code === exitCodes.locked && error.exit.stderr === "";
}

export async function showDeploy(ctx: Context, steps: DeploySteps, options: DeployOptions): Promise<void> {
  const plan = await makePlan(ctx, options, {
    by: await readUser(ctx.local),
    fences: new Map(),
    work: ctx.config.directory,
    switching: readSwitching(ctx, options),
  });
  await tellPlan(ctx, plan, stepsFor(steps, plan.switching ?? {}));
  const { build } = ctx.config;
  if (build.kind !== "prebuilt" || await Deno.stat(build.path).catch(() => undefined)) return;
  ctx.ui.warn(`${build.path} does not exist`, "Build it before the deploy, or look at build.prebuilt");
}

/** The inputs of a plan that neither configuration nor facts give. */
interface Surroundings extends Required<Pick<DeployPlan, "switching">>, Pick<PlanInputs, "by" | "fences"> {
  /** A directory for what is packed. */
  readonly work: string;
}

/** The facts with the chunks of kept artifacts; the shells for the upload are started meanwhile. */
async function readFacts(
  ctx: Context,
  owner: Pick<OwnOptions, "takeOver" | "project">,
): ReturnType<typeof readAll> {
  const { config } = ctx;
  const more = [[chunksSection, askChunks(config.app)]] as const;
  return await readAll(ctx, { ...owner, more, ahead: await uploadShells(config) });
}

async function makePlan(
  ctx: Context,
  { dirty, rebuild, "take-over": takeOver }: DeployOptions,
  { by, fences, work, switching }: Surroundings,
): Promise<DeployPlan> {
  const { config } = ctx;
  const reading = readProject(ctx.local, config.directory);
  const [{ revision, trouble }, project, source, facts] = await Promise.all([
    readRevision(ctx.local, config.directory),
    reading,
    sourceOf(ctx, dirty),
    readFacts(ctx, { takeOver, project: reading }),
  ]);
  const now = new Date();
  const plan = planDeploy(config, facts, {
    // Of what is not part of the source, such as the Alcaidefile itself, a release built in a jail holds nothing.
    revision: source === undefined ? revision : { ...revision, dirty: source.dirty },
    ...source === undefined ? {} : { source: await plannedSource(ctx, source, facts, rebuild) },
    project,
    by,
    now: now.toISOString(),
    artifact: artifactPath(config.build, work),
    afresh: rebuild,
    token: crypto.randomUUID().replaceAll("-", ""),
    fences,
  });
  if (trouble !== undefined) {
    ctx.ui.warn(`Cannot tell which commit ${plan.release} is of: ${trouble.problem}`, trouble.hint);
  }
  await warnOfDrift(ctx, facts);
  for (const [{ name }, { image }] of plan.servers) {
    const old = oldImage(image, now.getTime());
    if (old) ctx.ui.warn(`${name}: ${old.says}`, old.remedy);
  }
  for (const [server, known] of facts) {
    for (const text of resolverAdvice(config, known)) ctx.ui.warn(`${server.name}: ${text}`);
  }
  if (switching.canary) checkCanary(plan, switching.canary);
  return { ...plan, switching };
}
