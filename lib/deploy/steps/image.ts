// image: makes the image that the release's jail is made from, unless it is there.

import { makeImage } from "../../commands/jail/image.ts";
import type { Exit } from "../../core/error.ts";
import { explainImage } from "../../hints/image.ts";
import { quietWhen } from "../../task/step.ts";
import type { Context } from "../../task/context.ts";
import { scriptStep } from "../join_scripts.ts";
import type { DeployPlan } from "../plan/plan.ts";
import type { DeployStep, StepView } from "../step.ts";

/** Milliseconds that packages and commands may take. */
const timeout = 60 * 60_000;

/**
 * Makes the image; one that is there serves again. It has the address of the slot's jail, which is gone by then. One that is cut off goes with
 * the undoing of that jail.
 */
export const image: DeployStep = quietWhen<Context, DeployPlan, DeployStep>(
  scriptStep({
    title: "Make the image",
    script: ({ server, image, present }: StepView) => {
      const make = image?.make;
      if (present || make === undefined) return [];
      const explain = (exit: Exit) => explainImage(server.name, make, exit);
      return [{ script: makeImage(make), long: true, timeout, explain }];
    },
  }),
  (_ctx, { servers }) => [...servers.values()].every(({ image, present }) => present || !image?.make),
);
