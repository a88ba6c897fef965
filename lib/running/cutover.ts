// The work of `alcaide cutover`: the traffic for the release that was prepared, or its end.

import { endRelease } from "../commands/journal.ts";
import { canaryIn, withoutCanary } from "../commands/caddy/canary.ts";
import { drainApp } from "../commands/caddy/drain.ts";
import { removeJail, treeOf } from "../commands/jail/tree.ts";
import { fenced } from "../commands/lock.ts";
import { refuseLive } from "../commands/live.ts";
import { jailName } from "../commands/paths.ts";
import type { Config } from "../config/field/types.ts";
import { AlcaideError, StepError } from "../core/error.ts";
import { inShell, script } from "../core/script.ts";
import type { Script } from "../core/sh.ts";
import { list } from "../core/text.ts";
import { type Locks, readAll, underLocks } from "../deploy/app_locks.ts";
import { askDropped } from "../deploy/ask_dropped.ts";
import { planCutover } from "../deploy/plan/cutover.ts";
import { type DeployPlan, ended, type Switching } from "../deploy/plan/plan.ts";
import { withoutToken } from "../deploy/plan/show.ts";
import { tellPlan } from "../deploy/shown_steps.ts";
import { cutoverSteps } from "../deploy/steps/mod.ts";
import { siteScript } from "../deploy/steps/route.ts";
import { lockName, readSwitching, type SwitchOptions } from "../deploy/switching.ts";
import { explainStep } from "../hints/step.ts";
import type { Remote } from "../remote/remote.ts";
import { refuseCanary } from "../server/canary.ts";
import type { Change } from "../server/change.ts";
import type { Facts } from "../server/facts.ts";
import { addressOf } from "../server/host_state.ts";
import { type Prepared, preparedOf } from "../server/prepared.ts";
import { makeChanges } from "../task/change_steps.ts";
import type { Context } from "../task/context.ts";
import { tellSteps } from "../task/show_steps.ts";
import { carryOut } from "./carry_out.ts";

/** The options of a cutover. */
export interface CutoverOptions extends SwitchOptions {
  readonly wait: string | undefined;
}

export async function runCutover(ctx: Context, options: CutoverOptions): Promise<void> {
  const began = Date.now();
  const switching = readSwitching(ctx, options);
  const lock = { what: lockName("cutover", switching), wait: options.wait };
  await underLocks(ctx, lock, (ctx, locks) => cutoverUnder(locks, ctx, switching, began));
}

async function cutoverUnder(
  locks: Locks,
  ctx: Context,
  switching: Switching,
  began: number,
): Promise<void> {
  ctx.ui.step("Read the facts");
  const plan = { ...await makePlan(ctx, locks), switching };
  await askDropped(ctx, plan);
  const { release } = plan;
  try {
    await carryOut(ctx, plan, cutoverSteps, { began, locks, done: `${release} is live` });
  } catch (error) {
    if (error instanceof StepError) {
      ctx.ui.info(
        `${release} stays prepared: look at it, then "alcaide cutover" or "alcaide cutover --drop"`,
      );
    }
    throw error;
  }
}

export async function showCutover(ctx: Context, options: CutoverOptions): Promise<void> {
  const switching = readSwitching(ctx, options);
  const plan = await makePlan(ctx, { by: "", fences: new Map() });
  await tellPlan(ctx, { ...plan, switching }, cutoverSteps);
}

/** The part of locks that plans are made with. */
type Held = Pick<Locks, "by" | "fences">;

/** The plan for the prepared release. */
export async function makePlan(ctx: Context, { by, fences }: Held, canary = false): Promise<DeployPlan> {
  return planCutover(ctx.config, await readAll(ctx), { by, now: new Date().toISOString(), fences, canary });
}

/** With `--drop`. */
export interface DroppedJson {
  /** The servers where the prepared release was taken back. */
  readonly dropped: readonly string[];
}

/** Takes the prepared release back, wherever there is one. */
export async function dropPrepared(ctx: Context, wait: string | undefined): Promise<void> {
  await underLocks(ctx, { what: "cutover --drop", wait }, dropUnder);
}

async function dropUnder(ctx: Context, locks: Locks): Promise<void> {
  ctx.ui.step("Read the facts");
  const dropped = await drop(ctx, locks, await findPrepared(ctx));
  const text = `Nothing is prepared on ${list(dropped)} any more`;
  ctx.ui.result({ dropped } satisfies DroppedJson, text, { prose: true });
}

/** Says what taking the prepared release back would do. */
export async function showDrop(ctx: Context): Promise<void> {
  showDrops(ctx, await findPrepared(ctx));
}

async function findPrepared(ctx: Context): Promise<Drops> {
  const facts = await readAll(ctx);
  for (const [{ name }, known] of facts) refuseCanary(ctx.config, known, name, "take it back");
  const drops = dropsOf(ctx, facts);
  if (drops.size > 0) return drops;
  throw new AlcaideError("Cannot take anything back: nothing is prepared");
}

/** The changes that take something back, with the facts of their servers. */
export type Drops = ReadonlyMap<Remote, { readonly change: Change; readonly facts: Facts }>;

/** The changes that take back the prepared release, and the visitors that it has, where there is one. */
export function dropsOf({ config }: Context, all: ReadonlyMap<Remote, Facts>): Drops {
  return new Map([...all].flatMap(([server, facts]) => {
    const change = dropChange(config, facts);
    return change === undefined ? [] : [[server, { change, facts }]];
  }));
}

/** Says what would be taken back. */
export function showDrops(ctx: Context, drops: Drops): void {
  const all = [...drops].map(([server, { change: { title, reason, command }, facts }]) => {
    const allocation = facts.host.apps[ctx.config.app];
    const texts = allocation === undefined ? [] : [withoutToken(command.shown, { allocation })];
    return [server.name, [{ title, reason, scripts: new Map([[server.name, texts]]) }]] as const;
  });
  tellSteps(ctx.ui, all);
}

/** Takes things back, and gives the names of the servers. */
export async function drop(ctx: Context, locks: Locks, drops: Drops): Promise<string[]> {
  const [release] = [...drops.values()].flatMap(({ facts }) => preparedOf(ctx.config, facts)?.id ?? []);
  if (release !== undefined) locks.about = { ...locks.about, release };
  await makeChanges(ctx, new Map([...drops].map(([server, { change }]) => [server, [change]])), {
    guard: ({ command }, server) => fenced(ctx.config.app, locks.fences.get(server) ?? 0, command),
    explain: (_, failed, { name }) => explainStep(name, failed),
  });
  return [...drops.keys()].map(({ name }) => name);
}

/** Lets the live release answer all, and waits until the canary has finished its requests. */
function withoutVisitors(
  { app, drain }: Config,
  site = "",
  canary?: Prepared & { readonly ip4: string },
): Script[] {
  if (canaryIn(site) === undefined) return [];
  const finished = canary === undefined ? [] : [inShell(drainApp(canary, canary.config.port, drain))];
  return [siteScript(app, { before: site }, withoutCanary(site)), ...finished];
}

function dropChange(config: Config, facts: Facts): Change | undefined {
  const { app, jail: { basePath } } = config;
  const release = preparedOf(config, facts);
  const place = facts.host.apps[app];
  const site = facts.sites.get(app);
  if (release === undefined || place === undefined) {
    const [command] = withoutVisitors(config, site);
    const reason = `the site file of ${app} has one`;
    return command && { title: "Take the canary out of Caddy", reason, command };
  }
  const { id, slot, prepared } = release;
  const name = jailName(app, slot);
  const jail = { name, path: `${basePath}/${name}`, ip4: addressOf(place, slot) };
  return {
    title: `Take ${id} back`,
    reason: `it is prepared since ${prepared}`,
    command: script(
      ...withoutVisitors(config, site, { ...release, ip4: jail.ip4 }),
      refuseLive(app, slot),
      removeJail(jail, treeOf(jail, facts)),
      endRelease(ended(release) ?? release),
    ),
  };
}
