/**
 * Deploys to servers that exist only here, for the tests of deploys.
 *
 * @module
 */

import type { UserConfig } from "../../../lib/config/field/types.ts";
import type { Task } from "../../../lib/task/task.ts";
import { deploy } from "../../../tasks/deploy.ts";
import { cutover } from "../../../tasks/cutover.ts";
import { repair } from "../../../tasks/repair.ts";
import { rollback } from "../../../tasks/rollback.ts";
import { type FakeContext, fakeContext, type FakeContextOptions } from "../../fake/context.ts";
import { copyModel, type Model, routedJail } from "../../fake/model.ts";
import { type FakeServer, fakeServer, type Fault } from "../../fake/server.ts";

/** The file that is deployed: what stands in it doesn't matter. */
export const artifact = new URL("../../fake/release.tar", import.meta.url).pathname;

/** The app and its release. */
export const user: Partial<UserConfig> = {
  build: { prebuilt: artifact },
  env: { GREETING: "it's me" },
  volumes: ["/data/shop:/data"],
  migrate: "bin/shop migrate",
  beforeStart: ["bin/shop warm"],
  keep: 3,
};

/** The release that is live on a server. */
export function live(model: Model): string | undefined {
  return routedJail(model, "shop")?.release;
}

/** How a deploy ended. */
export interface Deployed {
  readonly ctx: FakeContext;
  readonly error: unknown;
}

/** Faults, and other values of the configuration. */
export interface Circumstances {
  readonly config?: Partial<UserConfig>;
  readonly fault?: Fault | undefined;
  readonly args?: readonly string[];
  readonly options?: Readonly<Record<string, unknown>>;
  /** Scripts of ours and what they print. */
  readonly local?: FakeContextOptions["local"];
  /** The answer to every question. */
  readonly answer?: boolean;
}

/** Deploys, perhaps with something that goes wrong. */
export function deployTo(server: FakeServer, more: Circumstances = {}): Promise<Deployed> {
  return perform(deploy, server, more);
}

/** Rolls back, perhaps with something that goes wrong. */
export function rollBack(server: FakeServer, more: Circumstances = {}): Promise<Deployed> {
  return perform(rollback, server, more);
}

/** Cuts over, perhaps with something that goes wrong. */
export function cutOver(server: FakeServer, more: Circumstances = {}): Promise<Deployed> {
  return perform(cutover, server, more);
}

/** Repairs, perhaps with something that goes wrong. */
export function mend(server: FakeServer, more: Circumstances = {}): Promise<Deployed> {
  return perform(repair, server, more);
}

/** Runs a task, perhaps with something that goes wrong. */
export async function perform(task: Task, server: FakeServer, more: Circumstances): Promise<Deployed> {
  const { args = [], options = {} } = more;
  const ctx = fakeContext({
    ...{ config: { ...user, ...more.config }, servers: [server], args, options, local: more.local },
    ...more.answer === undefined ? {} : { answer: more.answer },
  });
  server.plan(more.fault, ctx.interrupt);
  try {
    await task(ctx);
    return { ctx, error: undefined };
  } catch (error) {
    return { ctx, error };
  }
}

/** A prepared server to which so many releases were deployed. */
export async function serverAfter(deploys: number): Promise<Model> {
  const server = fakeServer();
  for (let i = 0; i < deploys; i++) {
    const { error } = await deployTo(server);
    if (error) throw error;
  }
  return copyModel(server.model);
}
