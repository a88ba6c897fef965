// migrate: runs the configured migration in the new release, before it starts.

import { migrateApp } from "../../commands/app/migrate.ts";
import { CommandError, TakenOverError } from "../../core/error.ts";
import { raw, type Script } from "../../core/sh.ts";
import type { DeployPlan } from "../plan/plan.ts";
import { leftOutWhen } from "../../task/step.ts";
import { act, type DeployStep, onServers, type StepView } from "../step.ts";
import type { Context } from "../../task/context.ts";

/** Milliseconds that a migration may take: much data takes long, and Ctrl-C stops it at any time. */
const longest = 4 * 60 * 60_000;

/** Migrates, once the release is installed everywhere: on the first server alone, under the app's lock. */
export const migrate: DeployStep = leftOutWhen({
  title: "Migrate",
  run: onServers(migrateOnce),
  preview: (view: StepView) => scriptsOf(view),
}, (_ctx: Context, { config }: DeployPlan) => config.migrate === undefined);

function scriptsOf({ ctx, plan: { config: { migrate } }, server, app, fence }: StepView): Script[] {
  return migrate === undefined || server !== ctx.servers.first ? [] : [migrateApp(app, raw(migrate), fence)];
}

/** The next deploy takes the lock, which ends a migration that a cut-off deploy left running. */
async function migrateOnce(view: StepView): Promise<void> {
  const { ctx, server, release } = view;
  const [script] = scriptsOf(view);
  if (script === undefined) return;
  const left = "The database may be partly migrated: finished changes stay. " +
    `"alcaide logs --release ${release}" shows all that it printed`;
  const onLine = (line: string) => ctx.ui.line(server.name, line);
  try {
    await act(view, script, { hint: left, timeout: longest, onLine });
  } catch (error) {
    // An interrupted or lost command has no hint of its own.
    if (!(error instanceof CommandError || error instanceof TakenOverError)) ctx.ui.warn(left);
    throw error;
  }
}
