// The work of `alcaide deploy`: a plan, then its steps, under the app's lock.

import { AlcaideError, CommandError, exitCodes } from "../core/error.ts";
import { temporaryDirectory } from "../remote/local_file.ts";
import { ServersError } from "../remote/servers.ts";
import { readProject } from "../server/project.ts";
import { readRevision, readUser } from "../remote/revision.ts";
import type { ReleaseId } from "../core/release.ts";
import { rememberLive } from "../task/seen_releases.ts";
import { duration, list } from "../core/text.ts";
import { warnOfDrift } from "../setup/accessory_drift.ts";
import { askDropped } from "../deploy/ask_dropped.ts";
import type { DeploySteps } from "../deploy/steps/mod.ts";
import { untilSwitch } from "../deploy/steps/prepared.ts";
import { type DeployPlan, type PlanInputs, publicUrls } from "../deploy/plan/plan.ts";
import { plannedSource, sourceOf } from "../deploy/jail_build.ts";
import { planDeploy } from "../deploy/plan/deploy.ts";
import { resolverAdvice } from "../setup/advice.ts";
import { runSteps } from "../deploy/run_steps.ts";
import { type PlanJson, planJson, takenBack } from "../deploy/plan/show.ts";
import { tellPlan } from "../deploy/shown_steps.ts";
import { lockName, readSwitching, type SwitchOptions } from "../deploy/switching.ts";
import { writeAllocation } from "../deploy/record.ts";
import { onServers, type Steps } from "../deploy/step.ts";
import { readAll, takeLocks } from "../deploy/app_locks.ts";
import { artifactPath } from "../deploy/artifact.ts";
import type { Context } from "../task/context.ts";

/** The options of a deploy. */
export interface DeployOptions extends SwitchOptions {
  readonly dirty: boolean;
  readonly rebuild: boolean;
  readonly "take-over": boolean;
  readonly wait: string | undefined;
}

/** A release that went live, or was prepared. */
export interface DeployJson {
  /** The release. */
  readonly release: ReleaseId;
  /** The servers, as planned; empty where only the end of an interrupted rollback was left to do. */
  readonly servers: readonly PlanJson[];
  /** The time it took. */
  readonly milliseconds: number;
}

export async function runDeploy(ctx: Context, steps: DeploySteps, options: DeployOptions): Promise<void> {
  const began = Date.now();
  const switching = readSwitching(ctx, options);
  await using stack = new AsyncDisposableStack();
  const { by, fences } = stack.use(await takeLocks(ctx, lockName("deploy", switching), options.wait));
  ctx.ui.step("Read the facts");
  const work = await temporaryDirectory({ prefix: "alcaide-" });
  stack.defer(() => Deno.remove(work, { recursive: true }));
  const plan = await placed(ctx, async () => {
    const plan = await makePlan(ctx, options, { by, fences, work, switching });
    // The site stays as it is until the cutover, which asks then.
    if (!switching.later) await askDropped(ctx, plan);
    return plan;
  });
  const dirty = plan.revision.dirty ? " (with changes that are not committed)" : "";
  await carryOut(ctx, plan, switching.later ? untilSwitch(steps) : steps, {
    began,
    done: `${plan.release}${dirty} is ${switching.later ? "prepared" : "live"}`,
  });
}

/** Runs the steps of a plan, and tells what is done then. */
export async function carryOut(
  ctx: Context,
  plan: DeployPlan,
  steps: Steps,
  { began, done }: { began: number; done: string },
): Promise<void> {
  const { release, switching: { later = false } = {} } = plan;
  for (const [{ name }, target] of plan.servers) {
    for (const text of takenBack(target)) ctx.ui.info(`${name}: ${text.trim()}`);
  }
  await runSteps(ctx, plan, steps);
  if (!later) await rememberLive(ctx, release);
  const milliseconds = Date.now() - began;
  const urls = later ? "" : publicUrls(ctx.config, ctx.servers.all);
  ctx.ui.result(
    { release, servers: planJson(plan), milliseconds } satisfies DeployJson,
    [
      `${done}${urls === "" ? "" : ` at ${urls}`} after ${duration(milliseconds)}`,
      ...placeRows(plan),
      `  next: ${nextOf(plan)}`,
    ].join("\n"),
  );
  const { down } = plan.outcome;
  if (down.length === 0) return;
  throw new AlcaideError(`${release} is live, and not all of its processes stay up: ${list(down)}`, {
    hint: '"alcaide logs --process NAME" shows why; "alcaide rollback" goes back',
  });
}

/** The jails of the release, and where they are. */
function placeRows({ servers }: DeployPlan): string[] {
  const jails = Map.groupBy([...servers], ([, { jail }]) => jail.name);
  return [...jails].map(([jail, found]) => `  in ${jail} on ${list(found.map(([{ name }]) => name))}`);
}

/** The next thing to do, in words. */
function nextOf({ kind, servers, switching }: DeployPlan): string {
  if (switching?.later) return '"alcaide cutover" moves the traffic to it';
  const previous = [...servers.values()].find(({ previous }) => previous)?.previous?.release;
  if (previous === undefined) return '"alcaide logs -f" follows its log';
  return kind === "rollback"
    ? `"alcaide logs --release ${previous}" shows the log of the one before`
    : `"alcaide rollback" goes back to ${previous}`;
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
  await tellPlan(ctx, plan, plan.switching?.later ? untilSwitch(steps) : steps);
}

/** The inputs of a plan that neither configuration nor facts give. */
interface Surroundings extends Required<Pick<DeployPlan, "switching">>, Pick<PlanInputs, "by" | "fences"> {
  /** A directory for what is packed. */
  readonly work: string;
}

async function makePlan(
  ctx: Context,
  { dirty, rebuild, "take-over": takeOver }: DeployOptions,
  { by, fences, work, switching }: Surroundings,
): Promise<DeployPlan> {
  const { config } = ctx;
  const [{ revision, trouble }, project, source, facts] = await Promise.all([
    readRevision(ctx.local, config.directory),
    readProject(ctx.local, config.directory),
    sourceOf(ctx, dirty),
    readAll(ctx, takeOver),
  ]);
  const plan = planDeploy(config, facts, {
    // Of what is not part of the source, such as the Alcaidefile itself, a release built in a jail holds nothing.
    revision: source === undefined ? revision : { ...revision, dirty: source.dirty },
    ...source === undefined ? {} : { source: await plannedSource(ctx, source, facts, rebuild) },
    project,
    by,
    now: new Date().toISOString(),
    artifact: artifactPath(config.build, work),
    token: crypto.randomUUID().replaceAll("-", ""),
    fences,
  });
  if (trouble !== undefined) {
    ctx.ui.warn(`Cannot tell which commit ${plan.release} is of: ${trouble.problem}`, trouble.hint);
  }
  await warnOfDrift(ctx, facts);
  for (const [server, known] of facts) {
    for (const text of resolverAdvice(config, known)) ctx.ui.warn(`${server.name}: ${text}`);
  }
  return { ...plan, switching };
}
