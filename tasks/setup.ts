/**
 * `alcaide setup`: prepares servers, and changes nothing on those that are prepared.
 *
 * @module
 */

import { wholeConfig } from "../lib/config/missing.ts";
import { underHostLock, underSetupLock } from "../lib/commands/lock.ts";
import { ownFacts } from "../lib/server/own_facts.ts";
import type { Facts } from "../lib/server/facts.ts";
import type { Project } from "../lib/server/host_state.ts";
import { readProject } from "../lib/server/project.ts";
import type { Config } from "../lib/config/types.ts";
import type { Remote } from "../lib/remote/remote.ts";
import { withSecrets } from "../lib/task/with_secrets.ts";
import { type Task, task } from "../lib/task/task.ts";
import { makeChanges, shownChange } from "../lib/task/change_steps.ts";
import { stepRows, stepsJson } from "../lib/task/show_steps.ts";
import type { Command } from "../lib/core/sh.ts";
import { plural } from "../lib/core/text.ts";
import { clockAdvice } from "../lib/setup/clock.ts";
import { explainSetup } from "../lib/hints/setup.ts";
import { warnOfModule } from "../lib/deploy/jail_build.ts";
import { planAccessories, strayAccessories } from "../lib/setup/accessories.ts";
import { resolverAdvice } from "../lib/setup/resolvers.ts";
import { treesText } from "../lib/setup/dataset.ts";
import { type Change, planSetup, type SetupPlan } from "../lib/setup/plan.ts";
import { takeOverOption } from "../lib/deploy/app_locks.ts";
import type { Context } from "../lib/task/context.ts";

/** Prepares the servers: base system, network, Caddy, boot script, accessories. */
export const setup: Task = task({
  description: "Prepare the servers: base system, network, Caddy, boot script, accessories",
  group: "Begin",
  args: [],
  options: {
    plan: { type: "boolean", description: "Print what is missing and stop" },
    "take-over": takeOverOption,
  },
  run: runSetup,
});

async function runSetup(bare: Context): Promise<void> {
  wholeConfig(bare.config);
  // Passwords of accessories; without one no key is asked for.
  const ctx = await withSecrets(bare, ["accessories"]);
  const { servers, ui } = ctx;
  const planOnly = ctx.options["plan"] === true;
  ui.step("Read the facts");
  const plans = await readPlans(ctx);
  if (!planOnly) {
    await servers.each((server) =>
      makeChanges(ctx, server, plans.get(server)?.changes ?? [], {
        guard: locked,
        explain: ({ title, hint }, cause) => explainSetup(server.name, title, hint, cause),
      })
    );
  }
  for (const [server, { advice }] of plans) {
    for (const text of advice) ui.warn(`${server.name}: ${text}`);
  }
  await warnOfModule(ctx);
  ui.result(asJson(plans, planOnly && ui.verbose), summary(plans, planOnly, ui.verbose));
}

/** The missing pieces of every server. */
async function readPlans(ctx: Context): Promise<ReadonlyMap<Remote, SetupPlan>> {
  const { config, servers } = ctx;
  const takeOver = ctx.options["take-over"] === true;
  const [project, known] = await Promise.all([
    readProject(ctx.local, config.directory),
    ownFacts(ctx, servers, { setup: true, takeOver }),
  ]);
  const plans = new Map<Remote, SetupPlan>();
  await servers.each(async (server) => {
    const facts = known.get(server);
    if (facts !== undefined) plans.set(server, await planServer(config, facts, server.name, project));
  });
  return plans;
}

async function planServer(
  config: Config,
  facts: Facts,
  server: string,
  project: Project,
): Promise<SetupPlan> {
  const { changes, advice, dataset } = planSetup(config, facts, server);
  const accessories = await planAccessories(config, { ...facts, dataset }, server, {
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
      ...strayAccessories(config, facts, server),
    ],
    dataset,
  };
}

/** The change's script under the lock that it needs. */
function locked({ command, lock }: Change): Command {
  return lock === "setup" ? underSetupLock(command) : underHostLock(command);
}

function summary(plans: ReadonlyMap<Remote, SetupPlan>, planOnly: boolean, verbose: boolean): string {
  return [...plans].map(([server, { changes, dataset }]) => {
    const trees = treesText(dataset);
    if (changes.length === 0) return `${server.name}: nothing to do, everything is there; ${trees}`;
    if (!planOnly) return `${server.name}: ready, ${plural(changes.length, "change")} made; ${trees}`;
    const rows = stepRows(changes.map((change) => shownChange(server, change)), verbose);
    return `${server.name}: ${plural(changes.length, "change")} to make; ${trees}\n${rows.join("\n")}`;
  }).join("\n");
}

function asJson(plans: ReadonlyMap<Remote, SetupPlan>, verbose: boolean): unknown {
  return [...plans].map(([server, { changes, advice, dataset }]) => ({
    server: server.name,
    changes: stepsJson(changes.map((change) => shownChange(server, change)), server.name, verbose),
    advice,
    dataset: dataset ?? null,
  }));
}
