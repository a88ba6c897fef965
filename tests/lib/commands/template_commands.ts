// The texts about templates, images and trees.

import * as image from "../../../lib/commands/jail/image.ts";
import * as modes from "../../../lib/commands/jail/modes.ts";
import * as patch from "../../../lib/commands/jail/patch.ts";
import * as template from "../../../lib/commands/jail/template.ts";
import * as thin from "../../../lib/commands/jail/thin.ts";
import * as tree from "../../../lib/commands/jail/tree.ts";
import * as warning from "../../../lib/commands/warning.ts";
import { type Command, sh } from "../../../lib/core/sh.ts";
import { base, odd, onZfs, small, spec } from "./samples.ts";

const imaged: image.ImageSpec = {
  ...{
    jail: spec.jail,
    tree: small,
    template: template.templateTree(base),
    image: { ...small, path: "/jails/it's" },
  },
  ...{ packages: spec.packages, commands: ["npm install 'a b'", `echo "$x" | tee "y"`] },
};

/** Each with the name of its maker. */
export const forTemplates: readonly (readonly [name: string, command: Command])[] = [
  ["makeTemplate", template.makeTemplate(base)],
  ["makeTemplate on ZFS", template.makeTemplate({ ...base, dataset: "zroot/jails" })],
  ["freshDirectory", template.freshDirectory("/jails/it's")],
  ["freshDataset", template.freshDataset(template.templateTree({ ...base, dataset: "z" }))],
  ["finish", template.finish(template.templateTree(base))],
  ["patchTemplate", patch.patchTemplate({ ...base, level: 3 })],
  ["patchTemplate on ZFS", patch.patchTemplate({ ...base, dataset: "zroot/jails", level: 3 })],
  ["deleteUnused", template.deleteUnused(template.templateTree(base))],
  ["makeImage", image.makeImage(imaged)],
  ["makeImage on ZFS", image.makeImage({ ...imaged, image: onZfs, tree: onZfs, template: onZfs })],
  ["dropHalf", image.dropHalf(imaged)],
  ["moveTree", tree.moveTree(small, { ...small, path: "/jails/it's" })],
  ["moveTree on ZFS", tree.moveTree(onZfs, onZfs)],
  ["bearMark", tree.bearMark(onZfs)],
  ["snapshotImage", image.snapshotImage(onZfs)],
  ["fillThin", thin.fillThin("/jails/it's", "/jails/x y")],
  ["layPackages", thin.layPackages("/jails/it's")],
  ["pointNewest", thin.pointNewest("/jails/it's", "/jails/x")],
  ["followNewest", thin.followNewest("/jails/it's", "/jails/x")],
  ["withBase", thin.withBase({ path: "/jails/it's", base: odd() }, template.freshDirectory("/jails/x"))],
  ["copyTemplate", tree.copyTemplate(template.templateTree(base), small)],
  ["copyTemplate on ZFS", tree.copyTemplate(template.templateTree({ ...base, dataset: "z" }), onZfs)],
  ["copyFiles", tree.copyFiles("/jails/it's", "/jails/its")],
  ["emptyGone", tree.emptyGone(small)],
  ["writeMark", tree.writeMark(small)],
  ["deleteTree", tree.deleteTree(small)],
  ["deleteTree on ZFS", tree.deleteTree(onZfs)],
  ["removeJail", tree.removeJail(spec.jail, small)],
  ["refuseInside", tree.refuseInside("z/t")],
  ["listDatasets", tree.listDatasets("/jails")],
  ["listClosed", modes.listClosed("/jails/it's")],
  ["openClosed", modes.openClosed("/jails/it's")],
  ["openTree", modes.openTree("/jails/it's")],
  ["eachTree", modes.eachTree("/jails/it's", sh`:`)],
  ["warn", warning.warn("it's late")],
];

/** Their makers, by file. */
export const templateMakers = { image, modes, patch, thin, tree, warning };
