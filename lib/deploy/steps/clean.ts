/**
 * clean: makes room for the release's jail.
 *
 * @module
 */

import { clearSlot } from "../clear_slot.ts";
import { type DeployStep, scriptStep } from "../step.ts";

/** Removes the jail of the release before the previous one. */
export const clean: DeployStep = scriptStep({
  title: "Remove the older jail",
  script: ({ target }) => target.present ? [] : [{ script: clearSlot(target), idle: target.vacant }],
});
