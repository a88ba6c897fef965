// Prepares servers: reads their facts, plans, makes the changes, tells the result.

import { underHostLock, underSetupLock } from "../commands/lock.ts";
import { recordBefore } from "../commands/server/undo.ts";
import { script } from "../core/script.ts";
import type { Command } from "../core/sh.ts";
import { plural } from "../core/text.ts";
import { explainSetup } from "../hints/setup.ts";
import type { Remote } from "../remote/remote.ts";
import type { Facts } from "../server/facts.ts";
import type { Project } from "../server/host_state.ts";
import { readProject } from "../server/project.ts";
import { makeChanges, shownChange } from "../task/change_steps.ts";
import type { Context } from "../task/context.ts";
import { recorded } from "../task/recorded.ts";
import { type StepJson, stepRows, stepsJson } from "../task/show_steps.ts";
import { planAccessories, strayAccessories } from "./accessories.ts";
import { clockAdvice, resolverAdvice } from "./advice.ts";
import { treesText } from "./dataset.ts";
import type { Change } from "../server/change.ts";
import { planSetup, type SetupPlan } from "./plan.ts";
import { ownFacts } from "../server/survey.ts";

/** The changes of each server. */
type Plans = ReadonlyMap<Remote, SetupPlan>;

/** Reads the missing pieces of each server. */
export async function planServers(ctx: Context, takeOver: boolean): Promise<Plans> {
  ctx.ui.step("Read the facts");
  const reading = readProject(ctx.local, ctx.config.directory);
  const [project, known] = await Promise.all([
    reading,
    ownFacts(ctx, ctx.servers, { setup: true, takeOver, project: reading }),
  ]);
  const plans = await ctx.servers.each(async (server) => {
    const facts = known.get(server);
    return facts === undefined ? [] : [[server, await planOne(ctx, server, facts, project)] as const];
  });
  return new Map(plans.flat());
}

async function planOne(
  { config }: Context,
  { name }: Remote,
  facts: Facts,
  project: Project,
): Promise<SetupPlan> {
  const { changes, advice, dataset, template } = planSetup(config, facts, name);
  const templates = template === undefined ? facts.templates : [...facts.templates, template];
  const accessories = await planAccessories(config, { ...facts, dataset, templates }, name, {
    project,
    token: crypto.randomUUID().replaceAll("-", ""),
    key: crypto.randomUUID(),
    now: new Date().toISOString(),
  });
  return {
    changes: [...changes, ...accessories],
    advice: [
      ...clockAdvice(facts, Date.now()),
      ...resolverAdvice(config, facts),
      ...advice,
      ...strayAccessories(config, facts, name),
    ],
    dataset,
  };
}

/** Makes the changes, on all servers at once. One that lacks nothing has nothing to tell later. */
export async function prepareServers(ctx: Context, plans: Plans): Promise<void> {
  const all = new Map(
    [...plans].flatMap(([server, { changes }]) => changes.length > 0 ? [[server, changes]] : []),
  );
  if (all.size === 0) return;
  await recorded(
    ctx,
    { what: "setup", servers: [...all.keys()] },
    (ctx) =>
      makeChanges(ctx, all, {
        guard: (change) => locked(change, ctx.config.jail.basePath),
        explain: ({ title, hint }, cause, { name }) => explainSetup(name, title, hint, cause),
      }),
  );
}

/** Tells the changes that were made, or are to make. */
export function tellSetup({ ui, config }: Context, plans: Plans, planOnly: boolean): void {
  const thin = config.jail.kind === "thin";
  const text = summary(plans, { planOnly, verbose: ui.verbose, thin });
  ui.result(asJson(plans, planOnly && ui.verbose), text, { prose: !planOnly });
}

/** The change's script under the lock that it needs; the first one writes down what the server had before. */
function locked({ command, lock }: Change, basePath: string): Command {
  const all = script(recordBefore(basePath), command);
  return lock === "setup" ? underSetupLock(all) : underHostLock(all);
}

function summary(
  plans: Plans,
  { planOnly, verbose, thin }: { planOnly: boolean; verbose: boolean; thin: boolean },
): string {
  const all = [...plans].map(([server, { changes, dataset }]) => {
    const trees = treesText(dataset, thin);
    if (changes.length === 0) return `${server.name}: nothing to do, everything is there; ${trees}`;
    if (!planOnly) return `${server.name}: ready, ${plural(changes.length, "change")} made; ${trees}`;
    const rows = stepRows(changes.map((change) => shownChange(server, change)), verbose);
    return `${server.name}: ${plural(changes.length, "change")} to make; ${trees}\n${rows.join("\n")}`;
  });
  const made = !planOnly && [...plans.values()].some(({ changes }) => changes.length > 0);
  return [...all, ...made ? ['  next: "alcaide deploy"'] : []].join("\n");
}

/** Setup of a server, for programs. */
export interface SetupJson {
  /** The server's name. */
  readonly server: string;
  /** The changes that were made, or with `--plan` would be. */
  readonly changes: readonly StepJson[];
  /** Advice for a person. */
  readonly advice: readonly string[];
  /** The ZFS dataset that new jails are clones in; null where they are copies. */
  readonly dataset: string | null;
}

function asJson(plans: Plans, verbose: boolean): SetupJson[] {
  return [...plans].map(([server, { changes, advice, dataset }]) => ({
    server: server.name,
    changes: stepsJson(changes.map((change) => shownChange(server, change)), server.name, verbose),
    advice,
    dataset: dataset ?? null,
  }));
}
