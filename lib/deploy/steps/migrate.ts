/**
 * migrate: runs the configured migration in the new release, before it starts.
 *
 * @module
 */

import { migrateApp } from "../../commands/app/migrate.ts";
import { migrateLog } from "../../commands/paths.ts";
import { CommandError, TakenOverError } from "../../core/error.ts";
import { raw } from "../../core/sh.ts";
import type { DeployPlan } from "../plan/plan.ts";
import { quietWhen } from "../../task/step.ts";
import { act, type DeployStep } from "../step.ts";
import type { Context } from "../../task/context.ts";

/** Data may take long to be changed; who waits can stop it at any time. */
const longest = 4 * 60 * 60_000;

/** Migrates, once the release is installed everywhere. */
export const migrate: DeployStep = quietWhen({
  title: "Migrate",
  run: migrateOnce,
  preview: ({ ctx, plan, server, target }) => {
    const { migrate: command } = plan.config;
    return command === undefined || server !== ctx.servers.first
      ? []
      : [migrateApp(target.app, raw(command), target.fence)];
  },
}, (_ctx, { config }) => config.migrate === undefined);

/**
 * Runs the configured migration in the new release, on the first server alone. Nobody else migrates meanwhile: whoever
 * deploys holds the app's lock, and ends by taking it what a deploy that was cut off left running.
 */
async function migrateOnce(ctx: Context, plan: DeployPlan): Promise<void> {
  const { migrate: command } = plan.config;
  const server = ctx.servers.first;
  const target = plan.servers.get(server);
  if (command === undefined || !target) return;
  const left = `The database may be partly migrated: finished changes stay. ${
    target.previous ? `${target.previous.release} still serves` : "Nothing was live before"
  }. Its whole output is in ${migrateLog(target.app.app, plan.release)} on ${server.name}`;
  try {
    await act({ ctx, server, target }, migrateApp(target.app, raw(command), target.fence), {
      hint: left,
      timeout: longest,
      onLine: (line) => ctx.ui.line(server.name, line),
    });
  } catch (error) {
    // An interrupted or lost command has no hint of its own.
    if (!(error instanceof CommandError || error instanceof TakenOverError)) ctx.ui.warn(left);
    throw error;
  }
}
