// prepared: the steps of a release that waits in the idle slot: left there, and started again.

import { startJail } from "../../commands/jail/jail.ts";
import { writeNames } from "../../commands/jail/names.ts";
import { writeRelease } from "../../commands/journal.ts";
import { script } from "../../core/script.ts";
import { scriptStep } from "../join_scripts.ts";
import { starting } from "./start.ts";
import { recordOf } from "../record.ts";
import { act, type DeployStep, onServers, type Steps, type StepView } from "../step.ts";

/** Writes down that the release waits, once it is well on all servers. */
const keep: DeployStep = scriptStep({
  title: "Leave it prepared",
  barrier: true,
  commit: true,
  script: async (view: StepView) => [{
    script: writeRelease({ ...await recordOf(view, "ready"), prepared: new Date().toISOString() }),
  }],
});

/** The steps of a deploy up to the switch: the release then waits for a cutover. */
export function untilSwitch(steps: Steps): Steps {
  const all = Object.entries(steps);
  return { ...Object.fromEntries(all.slice(0, all.findIndex(([name]) => name === "route"))), keep };
}

/** Makes sure that the release runs: its jail isn't started at boot. */
export const resume: DeployStep = scriptStep({
  title: "Start the prepared release",
  script: ({ app, jail }: StepView) => [{
    // An accessory may have come since.
    script: script(
      ...app.hosts?.length ? [writeNames(jail, app.hosts)] : [],
      startJail(jail),
      ...starting(app),
    ),
  }],
  undo: onServers((view) => view.linked ? act(view, writeRelease(view.linked)) : Promise.resolve()),
});
