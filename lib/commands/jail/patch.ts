// Templates with the patches of FreeBSD's update servers: made beside the one that they come from, which is never changed.

import { script } from "../../core/script.ts";
import { type Command, type Script, sh } from "../../core/sh.ts";
import { markFile, newestTemplate } from "../paths.ts";
import { warn } from "../warning.ts";
import { finish, freshDataset, freshDirectory, type TemplateSpec, templateTree, workOf } from "./template.ts";
import { followNewest } from "./thin.ts";
import { copyFiles, type TreeSpec } from "./tree.ts";

/** A template to patch. */
export interface PatchSpec extends Pick<TemplateSpec, "basePath" | "freebsd" | "dataset"> {
  /** The server's patch level, which is reached or passed: the update servers have the latest only. */
  readonly level: number;
}

/**
 * Makes a patched template from the plain one of its version. Where the patches can't be had, it says so, leaves nothing
 * behind and succeeds: jails go on without them.
 */
export function patchTemplate(spec: PatchSpec): Script {
  const { basePath, freebsd, level, dataset } = spec;
  const plain = templateTree(spec);
  const tree = templateTree({ ...spec, freebsd: `${freebsd}-p${level}` });
  const root = dataset === undefined ? workOf(tree) : tree.path;
  const fetched = `${basePath}/.templates/.update`;
  const mark = `${tree.path}/${markFile}`;
  return script(
    ...dataset === undefined
      ? [
        // Another setup may have made it while this one waited.
        sh`if [ "$(cat ${mark} 2>/dev/null)" = ${tree.name} ]; then exit; fi`,
        sh`if [ -e ${tree.path} ]; then echo ${`${tree.path} has no mark of ours, so it is left alone`} >&2; exit 1; fi`,
        freshDirectory(root),
        sh`${copyFiles(plain.path, root)} || {
  ${removeWork(tree)}
  exit 1
}`,
      ]
      : [freshDataset(tree, plain), sh`rm -f ${mark}`],
    fetchPatches(root, freebsd, fetched),
    // Not left to the end of the script: once the template is whole, nobody comes here again.
    sh`rm -rfx ${fetched}`,
    sh`if [ "$status" -ne 0 ] || ! [ "\${version##*-p}" -ge ${level} ] 2>/dev/null; then
  printf '%s\n' "$said" >&2
  ${removeWork(tree)}
  why=$(printf '%s\n' "$said" | grep -m 1 -i -E 'fail|incompatible|incorrect|corrupt|invalid|cannot|must|not found|no such')
  ${
      warn(
        `Cannot bring FreeBSD ${freebsd} to the server's patch level ${level}, so jails go without: `,
        sh`"\${why:-$version is the latest}"`,
      )
    }
  exit 0
fi`,
    finish(tree),
    followNewest(newestTemplate(basePath, freebsd), tree.path),
  );
}

/**
 * Fetches and installs all patches of a version; sets `status`, `version` and `said`.
 *
 * From freebsd-update.sh of freebsd-src and freebsd-update(8): `fetch` ends with 1 also when all is fetched and the
 * release's support has ended (fetch_warn_eol), so `install` decides: 0 installed, 1 failed, 2 nothing was fetched. Without
 * a terminal `fetch` needs --not-running-from-cron; a list of files goes through PAGER; the working directory must not
 * be on tmpfs; a tree made from base.txz is taken also on a server of packages, since only -b's tree is asked
 * (check_pkgbase). A server of packages that lacks the program takes the tree's own, with its configuration.
 */
function fetchPatches(root: string, freebsd: string, fetched: string): Command {
  return sh`rm -rfx ${fetched}; mkdir ${fetched} || exit
trap ${`rm -rfx ${fetched}`} EXIT
update=$(command -v freebsd-update) || update=${`${root}/usr/sbin/freebsd-update`}
conf=/etc/freebsd-update.conf; [ -r "$conf" ] || conf=${`${root}/etc/freebsd-update.conf`}
run_update() {
  env PAGER=cat HTTP_TIMEOUT=60 "$update" -f "$conf" -b ${root} -d ${fetched} --not-running-from-cron --currently-running ${freebsd} "$1" </dev/null 2>&1
}
said=$(run_update fetch)
said=$said$(echo; run_update install); status=$?
version=$(sed -n 's/^USERLAND_VERSION="\(.*\)"$/\1/p' ${`${root}/bin/freebsd-version`})`;
}

/** Removes a template that is not whole. */
function removeWork(tree: TreeSpec): Command {
  const work = workOf(tree);
  return tree.dataset === undefined
    ? sh`chflags -R -x noschg ${work}; rm -rfx ${work}`
    : sh`cd /; zfs destroy ${tree.dataset}`;
}
