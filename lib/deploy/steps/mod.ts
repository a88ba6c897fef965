/**
 * The steps of a deploy and of a rollback, in order.
 *
 * @module
 */

import { pruneBuilds } from "../../commands/build.ts";
import { writeJailFiles } from "../../commands/jail.ts";
import { dropFailed, dropReleases, writeRelease } from "../../commands/journal.ts";
import { copyTemplate } from "../../commands/tree.ts";
import { quietWhen, type Step } from "../../task/pipeline.ts";
import { lines } from "../../core/sh.ts";
import { buildArtifact, isBuilt } from "./build.ts";
import { migrateOnce } from "./migrate.ts";
import type { DeployPlan } from "../plan/plan.ts";
import {
  act,
  checkParts,
  clearSlot,
  drainParts,
  installParts,
  onServers,
  record,
  retireParts,
  route,
  routeBack,
  startParts,
  upload,
  verify,
} from "../step_runs.ts";
import { byScript } from "../join_scripts.ts";
import type { Context } from "../../task/context.ts";

/** A step of a deploy. */
export type DeployStep = Step<Context, DeployPlan>;

/** Names of the steps, in order. */
export type DeployStepName =
  | "build"
  | "upload"
  | "clean"
  | "create"
  | "install"
  | "migrate"
  | "start"
  | "check"
  | "route"
  | "verify"
  | "drain"
  | "retire"
  | "prune";

/** The steps of a deploy: ordered, named, to be replaced one by one with a spread. */
export type DeploySteps = Readonly<Record<DeployStepName, DeployStep>>;

/** The steps of `alcaide deploy`. Until `verify` has committed, a failure takes everything back. */
export const deploySteps: DeploySteps = {
  build: { title: "Build the release", run: quietWhen(buildArtifact, isBuilt) },
  upload: {
    title: "Upload the release",
    run: onServers(upload),
    undo: onServers(async (ctx, plan, server, own) => {
      const failed = await record(plan, own, "failed");
      await act(ctx, server, own, lines(dropFailed(own.app.app, plan.release), writeRelease(failed)));
    }),
  },
  clean: {
    title: "Remove the older jail",
    run: byScript((_ctx, _plan, _server, own) =>
      own.present ? [] : [{ script: clearSlot(own), idle: own.vacant }]
    ),
  },
  create: {
    title: "Create the jail",
    run: byScript((_ctx, _plan, _server, own) => {
      if (own.present) return [];
      // The jail's file names its release only once that is installed: what is cut off before must not count as present.
      const { release: _, ...jail } = own.app.jail;
      return [{ script: lines(copyTemplate(own.template, own.tree), writeJailFiles(jail)) }];
    }),
    undo: onServers((ctx, _plan, server, own) => act(ctx, server, own, clearSlot(own))),
  },
  install: { title: "Install the release", run: byScript(installParts) },
  migrate: {
    title: "Migrate",
    run: quietWhen(migrateOnce, (_ctx, { config }) => config.migrate === undefined),
  },
  start: { title: "Start the app", run: byScript(startParts) },
  check: { title: "Check the app", run: byScript(checkParts) },
  route: { title: "Route requests to it", run: onServers(route), undo: onServers(routeBack) },
  verify: { title: "Verify through Caddy", run: onServers(verify), commit: true },
  drain: { title: "Let the old release finish its requests", run: byScript(drainParts) },
  retire: { title: "Retire the old release", run: byScript(retireParts) },
  prune: {
    title: "Forget the oldest releases",
    run: byScript((_ctx, plan, _server, own) => [
      ...own.prune.length === 0 ? [] : [{ script: dropReleases(own.app.app, own.prune) }],
      ...own.build === undefined ? [] : [{ script: pruneBuilds(own.app.app, plan.config.keep) }],
    ]),
  },
};

/** Names of the steps of a rollback, in order. */
export type RollbackStepName =
  | "clean"
  | "create"
  | "install"
  | "start"
  | "check"
  | "route"
  | "verify"
  | "drain"
  | "retire";

/** The steps of a rollback. */
export type RollbackSteps = Readonly<Record<RollbackStepName, DeployStep>>;

/** The steps of `alcaide rollback`: those of a deploy, without building, uploading and migrating. */
export const rollbackSteps: RollbackSteps = {
  clean: deploySteps.clean,
  create: deploySteps.create,
  install: deploySteps.install,
  start: deploySteps.start,
  check: deploySteps.check,
  route: deploySteps.route,
  verify: deploySteps.verify,
  drain: deploySteps.drain,
  retire: deploySteps.retire,
};
