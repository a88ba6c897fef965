// The steps of a deploy and of a rollback, in order.

import type { DeployStep, Steps } from "../step.ts";
import { build } from "./build.ts";
import { check } from "./check.ts";
import { clean } from "./clean.ts";
import { create } from "./create.ts";
import { drain } from "./drain.ts";
import { guard } from "./guard.ts";
import { halt } from "./halt.ts";
import { image } from "./image.ts";
import { install } from "./install.ts";
import { migrate } from "./migrate.ts";
import { resume } from "./prepared.ts";
import { processes } from "./processes.ts";
import { prune } from "./prune.ts";
import { retire } from "./retire.ts";
import { route } from "./route.ts";
import { site } from "./site.ts";
import { start } from "./start.ts";
import { upload } from "./upload.ts";
import { verify } from "./verify.ts";

/** Names of the steps, in order. */
export type DeployStepName =
  | "build"
  | "upload"
  | "site"
  | "clean"
  | "image"
  | "create"
  | "install"
  | "migrate"
  | "start"
  | "check"
  | "route"
  | "verify"
  | "guard"
  | "halt"
  | "processes"
  | "drain"
  | "retire"
  | "prune";

/** The steps of a deploy: ordered, named, to be replaced one by one with a spread. */
export type DeploySteps = Readonly<Record<DeployStepName, DeployStep>>;

/** The steps of `alcaide deploy`. Until `verify`, or `guard` where there is one, has committed, a failure takes everything back. */
export const deploySteps: DeploySteps = {
  build,
  upload,
  site,
  clean,
  image,
  create,
  install,
  migrate,
  start,
  check,
  route,
  verify,
  guard,
  halt,
  processes,
  drain,
  retire,
  prune,
};

/** Names of the steps of a rollback, in order. */
export type RollbackStepName = Exclude<DeployStepName, "build" | "upload" | "migrate" | "prune">;

/** The steps of a rollback. */
export type RollbackSteps = Readonly<Record<RollbackStepName, DeployStep>>;

const { build: _b, upload: _u, migrate: _m, prune: _p, ...withoutBuild } = deploySteps;

/** The steps of `alcaide rollback`: those of a deploy, without building, uploading, migrating and forgetting. */
export const rollbackSteps: RollbackSteps = withoutBuild;

const all = Object.entries(deploySteps);

/** The steps of `alcaide cutover`: those of a deploy from the check on. The release stays where it is, whatever fails: prepared, as it was. */
export const cutoverSteps: Steps = {
  resume,
  ...Object.fromEntries(all.slice(all.findIndex(([name]) => name === "check"))),
};
