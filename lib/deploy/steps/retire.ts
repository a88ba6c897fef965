/**
 * retire: stops the old release and keeps its jail, which is what a rollback goes back to.
 *
 * @module
 */

import { stopApp } from "../../commands/app/app.ts";
import { stopJail } from "../../commands/jail/jail.ts";
import { writeRelease } from "../../commands/journal.ts";
import { refuseLive } from "../../commands/live.ts";
import { script } from "../../core/script.ts";
import { certificatesAfter } from "../certificates.ts";
import { scriptStep } from "../join_scripts.ts";
import type { DeployStep, StepView } from "../step.ts";

/** Stops the old release, and writes down that it is not live any more. */
export const retire: DeployStep = scriptStep({
  title: "Retire the old release",
  script: (view: StepView) => {
    const { plan, app: { app }, previous, retire } = view;
    const stopped = previous
      ? [refuseLive(app, previous.slot), stopApp(previous.jail), stopJail(previous.jail)]
      : [];
    const records = retire.map((release) => writeRelease({ ...release, state: "retired" }));
    const all = [...stopped, ...records, ...certificatesAfter(plan.config, view)];
    return all.length === 0 ? [] : [{ script: script(...all) }];
  },
});
