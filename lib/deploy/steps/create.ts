// create: makes the jail from its image, or from the base system.

import { dropHalf, snapshotImage } from "../../commands/jail/image.ts";
import { writeJailFiles } from "../../commands/jail/jail.ts";
import { pointNewest } from "../../commands/jail/thin.ts";
import { copyTemplate } from "../../commands/jail/tree.ts";
import { script } from "../../core/script.ts";
import { clearSlot } from "./clean.ts";
import { scriptStep } from "../join_scripts.ts";
import { act, type DeployStep, onServers, type StepView, stopLimit } from "../step.ts";

/** Makes the release's jail; one that holds the release already stays. */
export const create: DeployStep = scriptStep({
  title: "Create the jail",
  script: ({ present, jail, image, template, tree }: StepView) => {
    if (present) return [];
    // The jail's file names its release only once that is installed: one that is cut off before must not count as present.
    const { release: _, ...bare } = jail;
    const { base, layer } = jail;
    return [{
      script: script(
        ...image === undefined
          ? [copyTemplate(template, tree, { thin: base !== undefined })]
          : [snapshotImage(image.tree), copyTemplate(image.tree, tree, { layered: layer !== undefined })],
        ...base === undefined ? [] : [pointNewest(base, template.path)],
        writeJailFiles(bare),
      ),
    }];
  },
  undo: onServers((view) => {
    const half = view.present || !view.image?.make ? [] : [dropHalf(view.image.make)];
    return act(view, script(clearSlot(view), ...half), { timeout: stopLimit(view.jail) });
  }),
});
