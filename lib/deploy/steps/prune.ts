// prune: forgets the releases and builds that are no longer kept.

import { pruneBuilds } from "../../commands/app/build.ts";
import { dropReleases } from "../../commands/journal.ts";
import { scriptStep } from "../join_scripts.ts";
import type { DeployStep, StepView } from "../step.ts";

/** Forgets the oldest releases. */
export const prune: DeployStep = scriptStep({
  title: "Forget the oldest releases",
  script: ({ plan, app: { app }, prune: forgotten, build }: StepView) => [
    ...forgotten.length === 0 ? [] : [{ script: dropReleases(app, forgotten) }],
    ...build === undefined ? [] : [{ script: pruneBuilds(app, plan.config.keep.releases) }],
  ],
});
