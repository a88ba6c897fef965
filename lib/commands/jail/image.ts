// Images: trees with packages in which commands of the user's have been run. Releases start from them.

import { script } from "../../core/script.ts";
import { type Command, raw, type Script, sh } from "../../core/sh.ts";
import { streamInJail } from "./in_jail.ts";
import { type JailSpec, removeJailFiles, startJail, stopJail, writeJailFiles } from "./jail.ts";
import { writeNames } from "./names.ts";
import { installPackages } from "./packages.ts";
import { layPackages, withBase } from "./thin.ts";
import { copyTemplate, moveTree, removeJail, templateSnapshot, type TreeSpec } from "./tree.ts";

/** An image to make. */
export interface ImageSpec {
  /** The jail that its commands run in. A thin one has the base system of its template. */
  readonly jail: JailSpec;
  /** The tree of that jail. It has the name of an image only once it is whole. */
  readonly tree: TreeSpec;
  readonly template: TreeSpec;
  /** The place of the image. */
  readonly image: TreeSpec;
  readonly packages: readonly string[];
  /** Commands of the user's, run by root in the jail. */
  readonly commands: readonly string[];
}

/**
 * Makes an image: in a tree beside, which is gone when anything fails. Standard error gets a line `failed N STATUS` when a command
 * fails. Cut off, it can be run again.
 */
export function makeImage(spec: ImageSpec): Script {
  const { jail, tree, template, image, packages, commands } = spec;
  const make = script(
    copyTemplate(template, tree, { thin: jail.base !== undefined }),
    ...packages.length === 0 ? [] : [withBase(jail, installPackages(tree.path, packages))],
    ...commands.length === 0 ? [] : [runCommands(spec)],
    ...jail.base === undefined ? [] : [layPackages(tree.path)],
    sh`if [ -e ${image.path} ]; then echo ${`${image.path} is there already`} >&2; exit 1; fi`,
    moveTree(tree, image),
  );
  return script(
    dropHalf(spec),
    sh`(
${make}
) || {
status=$?
( ${dropHalf(spec)}
)
exit "$status"
}`,
  );
}

/** Removes an image that is not whole, and the jail that its commands run in. */
export function dropHalf({ jail, tree }: Pick<ImageSpec, "jail" | "tree">): Script {
  return removeJail(jail, tree);
}

function runCommands({ jail, tree, commands }: ImageSpec): Script {
  return script(
    writeNames(jail),
    writeJailFiles(jail),
    startJail(jail),
    ...commands.map((text, index) =>
      sh`echo ${`+ ${text}`}
${
        streamInJail(
          jail.name,
          sh`cd / || exit
${raw(text)}`,
        )
      } </dev/null 2>&1 || { echo ${`failed ${index + 1}`} "$?" >&2; exit 1; }`
    ),
    stopJail(jail),
    removeJailFiles(jail.name),
    // Of programs that have ended; tar can't copy them.
    sh`find ${tree.path} -xdev -type s -exec rm -f {} +`,
  );
}

/** Makes sure that an image can be cloned: its making may have been cut off just before its snapshot. */
export function snapshotImage({ dataset }: TreeSpec): Command {
  if (dataset === undefined) return sh``;
  const snapshot = `${dataset}@${templateSnapshot}`;
  return sh`zfs list -H -o name ${snapshot} >/dev/null 2>&1 || zfs snapshot ${snapshot}`;
}
