// Directory trees of jails: copied from the template, and deleted with proof that they are ours.

import { dirname } from "node:path";
import { script } from "../../core/script.ts";
import { type Command, type Script, sh } from "../../core/sh.ts";
import { type JailSpec, removeJailFiles, stopJail, unmountBelow } from "./jail.ts";
import { openTree } from "./modes.ts";
import { fillThin } from "./thin.ts";
import { layerPoint, markFile } from "../paths.ts";

/** A jail's tree. */
export interface TreeSpec {
  /** Name of its jail, which its mark holds. */
  readonly name: string;
  /** The text of its mark, where it is another. */
  readonly mark?: string;
  readonly path: string;
  /** On ZFS: the dataset that it is, or is to be. */
  readonly dataset?: string | undefined;
}

/** The tree of a jail: a dataset where the base path is one. */
export function treeOf(
  { name, path }: Pick<JailSpec, "name" | "path">,
  { dataset }: Pick<TreeSpec, "dataset">,
): TreeSpec {
  return { name, path, dataset: dataset === undefined ? undefined : `${dataset}/${name}` };
}

/** The snapshot of a template that trees are cloned from. */
export const templateSnapshot = "alcaide";
/** The ZFS property that marks a dataset as ours; it holds the tree's name. */
export const datasetMark = "alcaide:name";

/** How a tree is made from a template or an image. */
export interface CopyOptions {
  /** Only what a jail writes in is copied; the rest it mounts. A clone is as small anyway. */
  readonly thin?: boolean;
  /** The packages of the image are not copied, but mounted. */
  readonly layered?: boolean;
}

/** Copies the template to a new tree; absent before, whole afterwards. */
export function copyTemplate(template: TreeSpec, tree: TreeSpec, options: CopyOptions = {}): Script {
  const guard = sh`if [ -e ${tree.path} ]; then echo ${`${tree.path} is there already`} >&2; exit 1; fi`;
  if (template.dataset && tree.dataset) {
    return script(
      guard,
      // The snapshot may be of a template that was made under another umask.
      sh`zfs clone -o ${`${datasetMark}=${tree.name}`} ${`${template.dataset}@${templateSnapshot}`} ${tree.dataset}`,
      sh`[ -d ${`${tree.path}/bin`} ] || { echo ${`${tree.dataset} is not mounted at ${tree.path}`} >&2; exit 1; }`,
      writeMark(tree),
      openTree(tree.path),
    );
  }
  const beside = besideTree(tree);
  return script(
    guard,
    deleteTree(beside),
    // The mark comes first, so that a copy cut off half-way can be told from what isn't ours.
    makeMarked(beside),
    ...fill(template.path, beside.path, options),
    // Otherwise what comes next would make a directory there that isn't ours.
    sh`mv ${beside.path} ${tree.path} && [ -s ${
      mark(tree.path)
    } ] || { echo ${`${tree.path} could not be made`} >&2; exit 1; }`,
  );
}

/** Fills the tree that is made. */
function fill(template: string, path: string, { thin = false, layered = false }: CopyOptions): Script[] {
  if (thin) return [fillThin(template, path)];
  const without = layered ? [layerPoint] : [];
  const layer = layered ? [script(sh`mkdir ${`${path}${layerPoint}`}`)] : [];
  return [script(copyFiles(template, path, without)), ...layer];
}

/** Copies all files of a tree but its mark and directories that are named, and without their flags. */
export function copyFiles(from: string, to: string, without: readonly string[] = []): Command {
  // Without the first sign tar leaves them out wherever they are in the tree.
  const patterns = [`/${markFile}`, ...without].flatMap((path) => ["--exclude", `^.${path}`]);
  return sh`set -o pipefail
tar -C ${from} ${patterns} -cf - . | tar -x -p --no-fflags -C ${to} -f -`;
}

/**
 * Deletes a tree if it is there. Refuses when its jail runs, when it lacks our mark, or when something stays mounted
 * below it; never crosses into another file system. Cut off, it can be run again.
 */
export function deleteTree(tree: TreeSpec): Script {
  const { name, mark: text = name, path, dataset } = tree;
  return script(
    sh`if jls -j ${name} jid >/dev/null 2>&1; then echo ${`Jail ${name} runs`} >&2; exit 1; fi`,
    // The rest of a deletion that was cut off.
    emptyGone(tree),
    sh`if [ -L ${path} ] || { [ -e ${path} ] && [ "$(cat ${mark(path)} 2>/dev/null)" != ${text} ]${
      // A clone is ours before its mark is written.
      dataset ? sh` && ${isNotOurs(dataset, name)}` : sh``}; }; then
  # An empty directory is a mount point that its dataset left.
${removeUnmarked(path)}
elif [ -e ${path} ]; then
${script(unmountBelow(path))}
${dataset ? destroyDataset(dataset, tree) : removeDirectory(tree)}
fi`,
  );
}

/** Where a tree grows until it is whole. It has the tree's own mark: one that is cut off just before its renaming is ours, too. */
export function besideTree(tree: TreeSpec): TreeSpec {
  return {
    name: `${tree.name}.new`,
    mark: tree.name,
    path: `${dirname(tree.path)}/.${tree.name}.new`,
  };
}

function mark(path: string): string {
  return `${path}/${markFile}`;
}

/** Writes a tree's mark, and makes sure that it is there. Where that is cut off, or the disk is full, the mark before stays. */
export function writeMark({ name, mark: text = name, path }: TreeSpec): Command {
  const file = mark(path);
  return sh`echo ${text} >${`${file}.new`} && mv -f ${`${file}.new`} ${file} && [ -s ${file} ]`;
}

/** Moves a tree of ours in which nothing runs. Cut off, it may still bear the mark of the place that it came from. */
export function moveTree(from: TreeSpec, to: TreeSpec): Script {
  return script(
    from.dataset && to.dataset
      // A jail that just ended may hold its root; nothing runs in it, so force hurts nobody.
      ? sh`zfs rename ${from.dataset} ${to.dataset} 2>/dev/null || { sleep 1; zfs rename -f ${from.dataset} ${to.dataset}; }`
      : sh`mv ${from.path} ${to.path}`,
    bearMark(to),
  );
}

/** Gives a tree its own mark. */
export function bearMark(tree: TreeSpec): Command {
  return tree.dataset
    ? script(sh`zfs set ${`${datasetMark}=${tree.name}`} ${tree.dataset}`, writeMark(tree))
    : script(writeMark(tree));
}

/** Makes a directory that bears a mark from the start. */
function makeMarked(tree: TreeSpec): Script {
  return script(
    sh`mkdir ${tree.path}`,
    sh`${writeMark(tree)} || {
  echo ${`${tree.path} could not be marked`} >&2
  ${removeUnmarked(tree.path)}; exit 1
}`,
  );
}

/** Removes a directory that nobody has put anything into; of ours there may be a mark whose writing was cut off. */
function removeUnmarked(path: string): Command {
  const file = mark(path);
  return sh`[ -L ${path} ] || [ -s ${file} ] || case $(ls -A ${path}) in ${markFile} | ${`${markFile}.new`}) rm -f ${file} ${`${file}.new`} ;; esac
rmdir ${path} 2>/dev/null && [ ! -e ${path} ] || { echo ${`${path} has no mark of ours, so it is left alone`} >&2; exit 1; }`;
}

/** Stops a jail, and removes its tree and its files. */
export function removeJail(jail: Pick<JailSpec, "name" | "path" | "ip4">, tree: TreeSpec): Script {
  return script(
    stopJail(jail),
    // The rest of an interrupted copy may fill the disk.
    deleteTree(besideTree(tree)),
    deleteTree(tree),
    removeJailFiles(jail.name),
  );
}

/** A tree on its way out lies in a directory that keeps the mark until all of it is gone. */
export function goneTree({ name, path }: TreeSpec): TreeSpec {
  return { name: `${name}.gone`, path: `${path}.gone` };
}

function removeDirectory(tree: TreeSpec): Script {
  const gone = goneTree(tree);
  return script(
    sh`if mount -p | awk -v top="$(realpath ${tree.path})" '$2 == top { found = 1 } END { exit !found }'; then
  echo ${`${tree.path} is a file system of its own, so it is left alone`} >&2; exit 1
fi`,
    makeMarked(gone),
    sh`mv ${tree.path} ${gone.path}/tree`,
    emptyGone(tree),
  );
}

/** Finishes a deletion that was cut off. */
export function emptyGone(tree: TreeSpec): Script {
  const { name, path } = goneTree(tree);
  const inside = `${path}/tree`;
  return script(
    sh`if [ "$(cat ${mark(path)} 2>/dev/null)" = ${name} ]; then
${script(unmountBelow(path))}
  rm -rfx ${inside} 2>/dev/null || { chflags -R -x noschg ${inside}; rm -rfx ${inside}; } || exit 1
  [ ! -e ${inside} ] || { echo ${`${inside} could not be deleted`} >&2; exit 1; }
  rm -f ${mark(path)}
fi`,
    sh`if [ -e ${path} ]; then
${removeUnmarked(path)}
fi`,
  );
}

/**
 * Of a dataset that is ours, what lies in it isn't: a tree has no snapshots and no file systems of its own. A tree in a base
 * path that became a dataset later may still be a plain directory.
 */
function destroyDataset(dataset: string, tree: TreeSpec): Command {
  const { name, path } = tree;
  return sh`if ! ${isNotOurs(dataset, name)}; then
  ${refuseInside(dataset)}
  # A jail that just ended may hold its root for a moment.
  for try in 1 2 3 4 5 6 7 8 9 10; do
    zfs destroy ${dataset} 2>/dev/null && break
    # One whose connections just ended is dying for a minute more; nothing runs in it, so force hurts nobody.
    [ "$(jls -d -j ${name} dying 2>/dev/null)" = true ] && zfs destroy -f ${dataset} 2>/dev/null && break
    sleep 1
  done
  if zfs list -H -o name ${dataset} >/dev/null 2>&1; then zfs destroy ${dataset}; exit 1; fi
  rmdir ${path} 2>/dev/null; :
else
  ${removeDirectory(tree)}
fi`;
}

function isNotOurs(dataset: string, name: string): Command {
  return sh`[ "$(zfs get -H -o value -s local ${datasetMark} ${dataset} 2>/dev/null)" != ${name} ]`;
}

/** Ends a script when a dataset has others in it, or snapshots: they are named, and nothing is destroyed. */
export function refuseInside(dataset: string): Command {
  return sh`inside=$(zfs list -H -r -t filesystem,volume,snapshot -o name ${dataset} | grep -v -x -F ${dataset} | tr '\n' ' ')
if [ -n "$inside" ]; then
  echo ${`${dataset} is left alone, since alcaide did not make what is in it:`} "$inside" >&2; exit 1
fi`;
}

/** Prints the dataset of a base path and everything in it, a line each: `zfs NAME`. */
export function listDatasets(basePath: string): Command {
  return sh`if kldstat -q -m zfs 2>/dev/null && base=$(zfs list -H -o name ${basePath} 2>/dev/null); then
  zfs list -H -r -t filesystem,volume,snapshot -o name "$base" | sed 's/^/zfs /'
fi`;
}
