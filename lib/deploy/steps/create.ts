/**
 * create: makes the jail from the base system.
 *
 * @module
 */

import { writeJailFiles } from "../../commands/jail/jail.ts";
import { copyTemplate } from "../../commands/jail/tree.ts";
import { script } from "../../core/script.ts";
import { clearSlot } from "../clear_slot.ts";
import { act, type DeployStep, onServers, scriptStep } from "../step.ts";

/** Makes the release's jail; one that holds the release already stays. */
export const create: DeployStep = scriptStep({
  title: "Create the jail",
  script: ({ target: { present, app, template, tree } }) => {
    if (present) return [];
    // The jail's file names its release only once that is installed: what is cut off before must not count as present.
    const { release: _, ...jail } = app.jail;
    return [{ script: script(copyTemplate(template, tree), writeJailFiles(jail)) }];
  },
  undo: onServers((view) => act(view, clearSlot(view.target))),
});
