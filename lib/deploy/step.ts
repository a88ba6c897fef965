/**
 * The common part of the steps of a deploy and of a rollback.
 *
 * @module
 */

import { fenced } from "../commands/lock.ts";
import type { Command } from "../core/sh.ts";
import { explainStep } from "../hints/step.ts";
import type { Remote } from "../remote/remote.ts";
import type { RunOptions } from "../remote/runner.ts";
import type { Context } from "../task/context.ts";
import { type Guard, scripted, type ServerStep, type View } from "../task/join_scripts.ts";
import type { DeployPlan, ServerPlan } from "./plan/plan.ts";

/** A step of a deploy or of a rollback. */
export type DeployStep = ServerStep<Context, DeployPlan, ServerPlan>;

/** The inputs of a step's script on one server. */
export type DeployView = View<Context, DeployPlan, ServerPlan>;

/** Lets a script change something only while our lock is the newest. */
export const guard: Guard<ServerPlan> = ({ app, fence }, script) => fenced(app.app, fence, script);

/** Makes a step of what it runs on each server. */
export function scriptStep(step: Omit<DeployStep, "run">): DeployStep {
  return scripted(guard, step);
}

/** Makes a step's function out of what it does on one server: on all at once, until all are done. */
export function onServers(
  run: (view: DeployView) => Promise<void>,
): (ctx: Context, plan: DeployPlan) => Promise<void> {
  return async (ctx, plan) => {
    await ctx.servers.each(async (server) => {
      const target = plan.servers.get(server);
      if (target) await run({ ctx, plan, server, target });
    });
  };
}

/** Runs a script that changes something: only while our lock is the newest. */
export async function act(
  { ctx, server, target }: Pick<DeployView, "ctx" | "server"> & { target: Pick<ServerPlan, "app" | "fence"> },
  command: Command,
  options: RunOptions = {},
): Promise<void> {
  await explained(server, () =>
    server.run(fenced(target.app.app, target.fence, command), {
      signal: ctx.signal,
      timeout: 15 * 60_000,
      onLine: (line) => ctx.ui.verbose && ctx.ui.line(server.name, line),
      ...options,
    }));
}

/** Adds a remedy to what fails, where one is known. */
export async function explained(server: Remote, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (cause) {
    throw explainStep(server.name, cause);
  }
}
