// create: makes the jail from the base system.

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
  script: ({ present, jail, template, tree }: StepView) => {
    if (present) return [];
    // The jail's file names its release only once that is installed: one that is cut off before must not count as present.
    const { release: _, ...bare } = jail;
    const { base } = jail;
    return [{
      script: script(
        copyTemplate(template, tree, { thin: base !== undefined }),
        ...base === undefined ? [] : [pointNewest(base, template.path)],
        writeJailFiles(bare),
      ),
    }];
  },
  undo: onServers((view) => act(view, clearSlot(view), { timeout: stopLimit(view.jail) })),
});
