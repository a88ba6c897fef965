/**
 * clean: makes room for the release's jail.
 *
 * @module
 */

import { clearSlot } from "../clear_slot.ts";
import { scriptStep } from "../join_scripts.ts";
import type { DeployStep, StepView } from "../step.ts";

/** Removes the jail of the release before the previous one. */
export const clean: DeployStep = scriptStep({
  title: "Remove the older jail",
  script: (view: StepView) => view.present ? [] : [{ script: clearSlot(view), idle: view.vacant }],
});
