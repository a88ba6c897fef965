// prune: forgets the releases, builds and images that are no longer kept.

import { pruneBuilds } from "../../commands/app/build.ts";
import { deleteUnused } from "../../commands/jail/template.ts";
import { dropReleases } from "../../commands/journal.ts";
import { script } from "../../core/script.ts";
import { scriptStep } from "../join_scripts.ts";
import type { DeployStep, StepView } from "../step.ts";

/** Forgets the oldest releases. */
export const prune: DeployStep = scriptStep({
  title: "Forget the oldest releases",
  script: ({ plan, app: { app }, prune: forgotten, unusedImages, build }: StepView) => [
    ...forgotten.length === 0 ? [] : [{ script: dropReleases(app, forgotten) }],
    ...unusedImages.length === 0 ? [] : [{ script: script(...unusedImages.map(deleteUnused)) }],
    ...build === undefined
      ? []
      : [{ script: pruneBuilds(app, plan.config.keep.releases), idle: !build.forgets }],
  ],
});
