// Asks before an app stops answering to a domain.

import { AlcaideError } from "../core/error.ts";
import { list } from "../core/text.ts";
import type { DeployPlan } from "./plan/plan.ts";
import type { Context } from "../task/context.ts";

/**
 * Asks about domains that are served and no longer configured: they may be another project's with an app of the same name.
 *
 * @throws {AlcaideError} when nobody says yes; nothing has been changed then
 */
export async function askDropped(ctx: Pick<Context, "confirm">, plan: DeployPlan): Promise<void> {
  const lost = [...plan.servers].filter(([, { dropped }]) => dropped.length > 0)
    .map(([server, { dropped }]) => `${list(dropped)} on ${server.name}`);
  if (lost.length === 0) return;
  const { app } = plan.config;
  if (await ctx.confirm(`${app} will no longer answer to ${list(lost)}. Go on?`)) return;
  throw new AlcaideError(`Cannot take ${list(lost)} away from ${app} without a yes`, {
    hint:
      "Name the domain in domain or redirects, or, if it belongs to another project, choose another name for app",
  });
}
