// guard: watches the new release while the old one is still warm, and brings that one back when it must.

import { hasWeb } from "../../core/process.ts";
import { watchApp } from "../../commands/app/guard.ts";
import { drainApp } from "../../commands/caddy/drain.ts";
import { writeRelease } from "../../commands/journal.ts";
import { script } from "../../core/script.ts";
import type { Command } from "../../core/sh.ts";
import { leftOutWhen } from "../../task/step.ts";
import { explainGuard, fewAnswers, guardTitle, watchedText } from "../../hints/guard.ts";
import type { Context } from "../../task/context.ts";
import type { DeployPlan } from "../plan/plan.ts";
import { recordOf } from "../record.ts";
import { giveBack } from "../give_back.ts";
import { act, type DeployStep, explained, onServers, type StepView } from "../step.ts";
import { drainLimit } from "./drain.ts";

/** Tells whether a plan's release is watched: not where there is nothing to go back to. */
export function isGuarded({ config, servers }: DeployPlan): boolean {
  return config.guard !== undefined &&
    [...servers.values()].some(({ previous }) => previous !== undefined);
}

/** Watches the release on all servers at once: the first that is broken ends it on all. */
export const guard: DeployStep = leftOutWhen<Context, DeployPlan, DeployStep>({
  title: guardTitle,
  commit: true,
  run: async (ctx: Context, plan: DeployPlan) => {
    if (!isGuarded(plan)) return;
    await watchAll(ctx, plan, () => all);
    await onServers(async (view) => act(view, writeRelease(await recordOf(view, "live"))))(ctx, plan);
  },
  preview: (view: StepView) => watching(view, all),
  undo: async (ctx: Context, plan: DeployPlan) => {
    if (isGuarded(plan)) await onServers(back)(ctx, plan);
  },
}, (_, plan) => !isGuarded(plan));

/** The answers of all addresses. */
const all = "";

/** Watches on all servers at once the answers from an address; where there is none, nothing. */
export async function watchAll(
  ctx: Context,
  plan: DeployPlan,
  from: (view: StepView) => string | undefined,
): Promise<void> {
  const broken = new AbortController();
  const signal = AbortSignal.any([ctx.signal, broken.signal]);
  await onServers(async (view) => {
    try {
      await watch(view, from(view), signal);
    } catch (error) {
      // Those that are only stopped for another have no word.
      if (broken.signal.aborted) return;
      broken.abort();
      throw error;
    }
  })(ctx, plan);
}

/** The command that watches; none where nothing is watched. */
export function watching({ app, plan, previous }: StepView, from: string | undefined): Command[] {
  const { guard } = plan.config;
  if (!isGuarded(plan) || guard === undefined || previous === undefined || !hasWeb(app)) return [];
  if (from === undefined) return [];
  // The release that a rollback leaves may be worse than the one that it goes to.
  const worse = plan.kind === "rollback" ? { worse: true } : {};
  return [watchApp(app, { ...guard, ...from === all ? {} : { from }, ...worse })];
}

async function watch(view: StepView, from: string | undefined, signal: AbortSignal): Promise<void> {
  const { ctx: { ui }, plan: { config: { guard } }, server, app } = view;
  const [command] = watching(view, from);
  if (command === undefined || guard === undefined) return;
  let last = "";
  const onLine = (line: string) => {
    const text = watchedText(line);
    if (text === undefined) return;
    last = line;
    if (line.startsWith("watching")) ui.line(server.name, text);
  };
  const exit = await server.exec(command, { signal, timeout: guard.for + 120_000, onLine });
  if (exit.code !== 0) throw explainGuard(server.name, exit, app, guard);
  const few = fewAnswers(last);
  if (few !== undefined) ui.warn(`${server.name}: ${few}`);
}

/** Moves the traffic back at once, and lets the release finish what it has begun: its jail goes next. */
async function back(view: StepView): Promise<void> {
  const { previous, kept } = view;
  if (previous === undefined) return;
  const record = kept === undefined ? [] : [writeRelease(kept)];
  await act(view, script(giveBack(view, previous), ...record));
  await finishRequests(view);
}

/** Lets a release finish its requests that gets no more of them. */
export async function finishRequests(view: StepView): Promise<void> {
  const { ctx: { signal }, plan: { config: { drain } }, server, app, jail } = view;
  if (!hasWeb(app)) return;
  const command = drainApp(jail, app.port, drain);
  await explained(server, () => server.run(command, { signal, timeout: drainLimit(drain) }));
}
