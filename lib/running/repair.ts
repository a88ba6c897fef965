// Repairs servers: reads their facts, plans, makes the repairs, looks again, tells the result.

import { fenced } from "../commands/lock.ts";
import { remainsOf } from "../commands/server/remains.ts";
import { AlcaideError, CommandError, exitCodes } from "../core/error.ts";
import { list, plural } from "../core/text.ts";
import { rememberFacts, underLocks } from "../deploy/app_locks.ts";
import { planRepair, type RepairPlan } from "../deploy/repair/plan.ts";
import { explainStep } from "../hints/step.ts";
import type { Remote } from "../remote/remote.ts";
import { ownFacts } from "../server/survey.ts";
import { splitRows, trafficOf } from "../server/traffic.ts";
import { makeChanges, shownChange } from "../task/change_steps.ts";
import type { Context } from "../task/context.ts";
import { type StepJson, stepRows, stepsJson } from "../task/show_steps.ts";

/** The repairs of every server, and the release of each. */
export interface Repairs {
  readonly plans: ReadonlyMap<Remote, RepairPlan>;
  /** The release of each server, when they differ. */
  readonly split: readonly string[];
}

/** Prints what is half done. */
export async function showRepairs(ctx: Context): Promise<number> {
  return tell(ctx, await readRepairs(ctx), true);
}

/**
 * Finishes or undoes what is half done, then looks whether all agrees.
 *
 * @throws {AlcaideError} when something still has to be repaired
 */
export async function runRepair(ctx: Context, wait: string | undefined): Promise<number> {
  return await underLocks(ctx, { what: "repair", wait }, async (ctx, locks) => {
    ctx.ui.step("Read the facts");
    return tell(ctx, await finish(ctx, locks.fences), false);
  });
}

/** Does so under locks that are held already, and says what that was. */
export async function finish(ctx: Context, fences: ReadonlyMap<Remote, number>): Promise<Repairs> {
  const repairs = await readRepairs(ctx);
  await makeRepairs(ctx, fences, repairs);
  if ([...repairs.plans.values()].some(({ changes }) => changes.length > 0)) {
    ctx.ui.step("Look again");
    refuseRest(await readRepairs(ctx));
  }
  return repairs;
}

async function makeRepairs(
  ctx: Context,
  fences: ReadonlyMap<Remote, number>,
  { plans }: Repairs,
): Promise<void> {
  await makeChanges(ctx, new Map([...plans].map(([server, { changes }]) => [server, changes])), {
    guard: ({ command }, server) => fenced(ctx.config.app, fences.get(server) ?? 0, command),
    explain: ({ hint }, { shown, exit }, { name }) =>
      explainStep(name, new CommandError(name, shown, exit, hint === undefined ? {} : { hint })),
  });
}

function refuseRest({ plans }: Repairs): void {
  for (const [server, { changes }] of plans) {
    if (changes.length === 0) continue;
    throw new AlcaideError(
      `Cannot repair all of ${server.name}: ${list(changes.map(({ reason }) => reason))}`,
      {
        hint: 'Somebody may have changed it meanwhile: run "alcaide repair" again',
      },
    );
  }
}

async function readRepairs(ctx: Context): Promise<Repairs> {
  const { app, jail: { basePath } } = ctx.config;
  const facts = await ownFacts(ctx, ctx.servers, {
    setup: true,
    health: false,
    more: remainsOf(app, basePath),
  });
  await rememberFacts(ctx, [...facts.values()]);
  const plans = new Map(
    [...facts].map(([server, known]) => [server, planRepair(ctx.config, known, server.name)]),
  );
  const live = [...facts].map(([server, known]) => ({
    server: server.name,
    release: trafficOf(known, app)?.release,
  }));
  return { plans, split: splitRows(live) };
}

/** The work that was half done, and the disagreements that are left. */
export interface RepairJson {
  /** The servers. */
  readonly servers: readonly {
    readonly server: string;
    /** The repairs that were made, or with `--plan` would be. */
    readonly changes: readonly StepJson[];
    /** Disagreements that are left to a person. */
    readonly left: readonly {
      /** The disagreement. */
      readonly says: string;
      /** The way to end it. */
      readonly advice: string;
    }[];
  }[];
  /** The servers that serve different releases, in words; empty where all agree. */
  readonly split: readonly string[];
}

/** Servers that serve different releases stay so: which one is wanted only a person knows. */
function tell(ctx: Context, { plans, split }: Repairs, planOnly: boolean): number {
  const verbose = planOnly && ctx.ui.verbose;
  const rows = [...plans].map(([server, plan]) => serverText(server, plan, planOnly, verbose));
  const more = split.length === 0 ? [] : [
    `The servers are split: ${list(split)}`,
    'Bring them together with "alcaide deploy"',
  ];
  const value = [...plans].map(([server, { changes, left }]) => ({
    server: server.name,
    changes: stepsJson(changes.map((change) => shownChange(server, change)), server.name, verbose),
    left,
  }));
  ctx.ui.result({ servers: value, split } satisfies RepairJson, [...rows, ...more].join("\n"), {
    prose: !planOnly,
  });
  if (split.length > 0) return exitCodes.split;
  return [...plans.values()].some(({ down }) => down) && !planOnly ? exitCodes.failed : 0;
}

function serverText(
  server: Remote,
  { changes, left }: RepairPlan,
  planOnly: boolean,
  verbose: boolean,
): string {
  const rows = stepRows(changes.map((change) => shownChange(server, change)), verbose);
  const what = changes.length === 0
    ? "nothing is half done"
    : `${plural(changes.length, "repair")} ${planOnly ? "to make" : "made"}`;
  const leftRows = left.map(({ says, advice }) =>
    `  left to you: ${says}${says.endsWith("?") ? "" : "."} ${advice}`
  );
  return [`${server.name}: ${what}`, ...rows, ...leftRows].join("\n");
}
