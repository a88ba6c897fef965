/**
 * The step of a deploy that migrates.
 *
 * @module
 */

import { migrateApp } from "../../commands/migrate.ts";
import { migrateLog } from "../../commands/paths.ts";
import { CommandError, TakenOverError } from "../../core/error.ts";
import { raw } from "../../core/sh.ts";
import type { DeployPlan } from "../plan/plan.ts";
import { show } from "../step_runs.ts";
import type { Context } from "../../task/context.ts";

/** Data may take long to be changed; who waits can stop it at any time. */
const longest = 4 * 60 * 60_000;

/**
 * Runs the configured migration in the new release, on the first server alone. Nobody else migrates meanwhile: whoever
 * deploys holds the app's lock, and ends by taking it what a deploy that was cut off left running.
 */
export async function migrateOnce(ctx: Context, plan: DeployPlan): Promise<void> {
  const { migrate } = plan.config;
  const server = ctx.servers.first;
  const own = plan.servers.get(server);
  if (migrate === undefined || !own) return;
  const left = `The database may be partly migrated: what it changed there stays. ${
    own.previous ? `${own.previous.release} still serves` : "Nothing was live before"
  }. All that it said is in ${migrateLog(own.app.app, plan.release)} on ${server.name}`;
  try {
    await show(ctx, server, own, migrateApp(own.app, raw(migrate), own.fence), {
      hint: left,
      timeout: longest,
    });
  } catch (error) {
    // What was interrupted or lost has no hint of a command.
    if (!(error instanceof CommandError || error instanceof TakenOverError)) ctx.ui.warn(left);
    throw error;
  }
}
