// An accessory's jail made anew from another template: beside the old one, then exchanged. Its volumes are not touched.

import { inShell, script } from "../../core/script.ts";
import { type Script, sh } from "../../core/sh.ts";
import { type JailSpec, startJail, stopJail, writeJailFiles } from "../jail/jail.ts";
import { writeNames } from "../jail/names.ts";
import { bearMark, copyTemplate, deleteTree, moveTree, type TreeSpec } from "../jail/tree.ts";
import { accessoryHealth, fstabFile, jailFile, markFile } from "../paths.ts";
import { applyAccessory, configureAccessory, fillTree, writeAccessory } from "./accessory.ts";
import type { AccessorySpec } from "./files.ts";
import type { AccessoryRecord } from "./record.ts";

/** The trees of an upgrade that was cut off: the new one while it is made, and the old one until the new is well. */
export function upgradeTrees(tree: TreeSpec): { next: TreeSpec; old: TreeSpec } {
  const beside = (suffix: string): TreeSpec => ({
    name: `${tree.name}.${suffix}`,
    path: `${tree.path}.${suffix}`,
    dataset: tree.dataset === undefined ? undefined : `${tree.dataset}.${suffix}`,
  });
  return { next: beside("next"), old: beside("old") };
}

/**
 * Makes the new tree while the accessory runs, then exchanges the two and starts it. If it does not become well, the old
 * jail runs again with the files that it had. Cut off, it can be run again.
 */
export function upgradeAccessory(spec: AccessorySpec, record: AccessoryRecord): Script {
  const { jail, tree, accessory: { timeout } } = spec;
  const { next, old } = upgradeTrees(tree);
  const files = exchanged(jail);
  const back = takeBack(jail, tree);
  const exchange = script(
    stopJail(jail),
    moveTree(tree, old),
    moveTree(next, tree),
    writeNames(jail),
    writeJailFiles(jail),
    startJail(jail),
    configureAccessory(spec, { timeout }),
    applyAccessory(spec),
  );
  return script(
    sh`if [ -e ${old.path} ]; then
${back}
fi`,
    deleteTree(next),
    inShell(copyTemplate(spec.template, next)),
    fillTree(spec, next.path),
    sh`for file in ${files}; do cp -p "$file" "$file.kept" || exit; done`,
    sh`(
${exchange}
) || {
echo 'Taking the old jail back' >&2
( ${back}
)
exit 1
}`,
    writeAccessory(record),
    sh`rm -f ${files.map((file) => `${file}.kept`)}`,
    deleteTree(old),
  );
}

/** The files of a jail that an upgrade exchanges. The old ones are kept beside them until the new tree is well. */
function exchanged({ name }: Pick<JailSpec, "name">): string[] {
  return [accessoryHealth(name), jailFile(name), fstabFile(name)];
}

/** Undoes an upgrade that was cut off in the exchange, or finishes one whose new tree was well already. */
export function settleUpgrade(jail: JailSpec, tree: TreeSpec): Script {
  const { old } = upgradeTrees(tree);
  // From before the exchange until the new tree is well.
  const kept = `${jailFile(jail.name)}.kept`;
  return script(
    sh`if [ -e ${kept} ] || { [ -e ${old.path} ] && [ ! -e ${tree.path} ]; }; then
${takeBack(jail, tree)}
fi`,
    removeUpgrade(jail, tree),
  );
}

/** Removes what an upgrade that was cut off left beside the tree. */
export function removeUpgrade(jail: Pick<JailSpec, "name">, tree: TreeSpec): Script {
  const { next, old } = upgradeTrees(tree);
  return script(
    adopt(tree, next),
    adopt(old, tree),
    deleteTree(next),
    deleteTree(old),
    sh`rm -f ${exchanged(jail).map((file) => `${file}.kept`)}`,
  );
}

/** Puts the old tree and its files back, as far as they were exchanged, and starts the jail. */
function takeBack(jail: JailSpec, tree: TreeSpec): Script {
  const { next, old } = upgradeTrees(tree);
  return script(
    stopJail(jail),
    sh`if [ -e ${old.path} ]; then
${adopt(old, tree)}
if [ -e ${tree.path} ]; then
${adopt(tree, next)}
${deleteTree(tree)}
fi
${moveTree(old, tree)}
fi`,
    sh`for file in ${exchanged(jail)}; do [ ! -f "$file.kept" ] || mv -f "$file.kept" "$file" || exit; done`,
    startJail(jail),
  );
}

/** Gives a tree its own mark where a move was cut off before that. */
function adopt(tree: TreeSpec, from: TreeSpec): Script {
  return script(sh`if [ "$(cat ${`${tree.path}/${markFile}`} 2>/dev/null)" = ${from.name} ]; then
${bearMark(tree)}
fi`);
}
