// Carries out a plan, and tells its result.

import { AlcaideError } from "../core/error.ts";
import type { ReleaseId } from "../core/release.ts";
import { duration, list } from "../core/text.ts";
import type { Locks } from "../deploy/app_locks.ts";
import { type DeployPlan, publicUrls } from "../deploy/plan/plan.ts";
import { type PlanJson, planJson, takenBack } from "../deploy/plan/show.ts";
import { runSteps } from "../deploy/run_steps.ts";
import type { Steps } from "../deploy/step.ts";
import type { Context } from "../task/context.ts";
import { rememberBegun, rememberLive } from "../task/seen_releases.ts";

/** A release that went live, was prepared or got a share of the visitors. */
export interface DeployJson {
  /** The release. */
  readonly release: ReleaseId;
  /** The servers, as planned; empty where only the end of an interrupted rollback was left to do. */
  readonly servers: readonly PlanJson[];
  /** The time it took. */
  readonly milliseconds: number;
}

/** Runs the steps of a plan, and tells what is done then. */
export async function carryOut(
  ctx: Context,
  plan: DeployPlan,
  steps: Steps,
  { began, done, locks }: { began: number; done: string; locks: Locks },
): Promise<void> {
  const { release, switching: { later = false } = {} } = plan;
  await tellAndRun(ctx, plan, steps, locks);
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
    { prose: true },
  );
  const { down } = plan.outcome;
  if (down.length === 0) return;
  throw new AlcaideError(`${release} is live, and not all of its processes stay up: ${list(down)}`, {
    hint: '"alcaide logs --process NAME" shows why; "alcaide rollback" goes back',
  });
}

/** Runs them, after saying what makes way for the release. */
export async function tellAndRun(
  ctx: Context,
  plan: DeployPlan,
  steps: Steps,
  locks: Locks,
): Promise<void> {
  const previous = previousOf(plan);
  locks.about = { release: plan.release, ...previous === undefined ? {} : { previous } };
  for (const [{ name }, target] of plan.servers) {
    for (const text of takenBack(target)) ctx.ui.info(`${name}: ${text.trim()}`);
  }
  await rememberBegun(ctx, plan.release);
  await runSteps(ctx, plan, steps);
}

/** The jails of the release, and where they are. */
function placeRows({ servers }: DeployPlan): string[] {
  const jails = Map.groupBy([...servers], ([, { jail }]) => jail.name);
  return [...jails].map(([jail, found]) => `  in ${jail} on ${list(found.map(([{ name }]) => name))}`);
}

/** The release that had the traffic, on the first server that had one. */
function previousOf({ servers }: DeployPlan): ReleaseId | undefined {
  return [...servers.values()].flatMap(({ previous }) => previous?.release ?? [])[0];
}

/** The next thing to do, in words. */
function nextOf(plan: DeployPlan): string {
  const { kind, switching } = plan;
  if (switching?.canary) return '"alcaide promote" gives it all visitors, "alcaide abort" takes it back';
  if (switching?.later) return '"alcaide cutover" moves the traffic to it';
  const previous = previousOf(plan);
  if (previous === undefined) return '"alcaide logs -f" follows its log';
  return kind === "rollback"
    ? `"alcaide logs --release ${previous}" shows the log of the one before`
    : `"alcaide rollback" goes back to ${previous}`;
}
