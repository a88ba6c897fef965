// The base system that jails are copied from: downloaded, verified, trimmed, configured.

import { basename, dirname } from "node:path";
import { inShell, script } from "../../core/script.ts";
import { type Command, document, type Script, sh } from "../../core/sh.ts";
import { writeResolver } from "./names.ts";
import { markFile, templateDir } from "../paths.ts";
import { shownDownload } from "../progress.ts";
import { datasetMark, deleteTree, templateSnapshot, type TreeSpec } from "./tree.ts";

/** The base system to unpack, and its mirror. */
export interface TemplateSpec {
  readonly basePath: string;
  /** Version without patch level. */
  readonly freebsd: string;
  /** `amd64`, `arm64`. */
  readonly machine: string;
  /** `amd64`, `aarch64`. */
  readonly arch: string;
  /** Base URL of the releases. */
  readonly mirror: string;
  /** On ZFS: the dataset of the base path. */
  readonly dataset: string | undefined;
}

/** The services of a jail: only those that an app needs. */
export const templateRcConf = `# Made by alcaide: only what an app needs.
syslogd_enable="NO"
cron_enable="NO"
sendmail_enable="NONE"
sshd_enable="NO"
update_motd="NO"
`;

/** The tree of a template. */
export function templateTree(
  { basePath, freebsd, dataset }: Pick<TemplateSpec, "basePath" | "freebsd" | "dataset">,
): TreeSpec {
  return {
    name: `template ${freebsd}`,
    path: templateDir(basePath, freebsd),
    dataset: dataset === undefined ? undefined : `${dataset}/alcaide_template_${freebsd}`,
  };
}

/** Where a release's files are. */
export function releaseUrl({ mirror, machine, arch, freebsd }: TemplateSpec): string {
  return `${mirror}/${machine}/${arch}/${freebsd}`;
}

/** Downloads, verifies and unpacks the base system. Absent before, whole afterwards; cut off, it can be run again. */
export function makeTemplate(spec: TemplateSpec): Script {
  const tree = templateTree(spec);
  const work = workOf(tree);
  const download = `${spec.basePath}/.templates/.download`;
  const root = tree.dataset === undefined ? work : tree.path;
  const make = script(
    fetchBase(spec, download),
    tree.dataset === undefined ? freshDirectory(work) : freshDataset(tree),
    sh`# -p brings the flags in, so what leaves them out comes after it.
tar -x -p --no-fflags -C ${root} -f ${`${download}/base.txz`} || {
  # A disk that is full must not stay full. A dataset is taken away by the next try.
  ${tree.dataset === undefined ? sh`chflags -R -x noschg ${work}; rm -rfx ${work}` : sh`:`}
  exit 1
}`,
    // Not left to the end of the script: once the template is whole, nobody comes here again.
    sh`rm -rfx ${download}`,
    configure(root),
    finish(tree),
  );
  // A setup that lost its connection may have gone on and made it meanwhile.
  return tree.dataset === undefined
    ? script(sh`if [ "$(cat ${`${tree.path}/${markFile}`} 2>/dev/null)" != ${tree.name} ]; then
${make}
fi`)
    : make;
}

/** Where a template grows that is a directory. */
export function workOf({ path }: TreeSpec): string {
  return `${dirname(path)}/.${basename(path)}.new`;
}

/** Gives a template that is whole its mark, and its name or its snapshot. */
export function finish(tree: TreeSpec): Command {
  const work = workOf(tree);
  return tree.dataset === undefined
    ? sh`echo ${tree.name} >${`${work}/${markFile}`} && mv ${work} ${tree.path}`
    : sh`echo ${tree.name} >${`${tree.path}/${markFile}`} && zfs snapshot ${`${tree.dataset}@${templateSnapshot}`}`;
}

/** Downloads the base system into a directory that is gone when the script ends, and verifies it. */
function fetchBase(spec: TemplateSpec, download: string): Script {
  return script(
    sh`mkdir -p ${`${spec.basePath}/.templates`}`,
    sh`rm -rfx ${download}; mkdir ${download}`,
    sh`trap ${`rm -rfx ${download}`} EXIT
try_fetch() {
  for try in 1 2 3; do
    fetch -q -T 60 -o "$2" "$1" && return 0
    [ "$try" = 3 ] || sleep "$try"
  done
  return 1
}`,
    sh`from=${releaseUrl(spec)}
if ! out=$(try_fetch "$from/MANIFEST" ${`${download}/MANIFEST`} 2>&1); then
  # A mirror may also be one directory that holds the two files themselves.
  case $out in *'Not Found'*) ;; *) echo "$out" >&2; exit 1 ;; esac
  from=${spec.mirror}
  fetch -q -T 60 -o ${`${download}/MANIFEST`} "$from/MANIFEST" 2>/dev/null || { echo "$out" >&2; exit 1; }
fi`,
    sh`want=$(awk -F '\t' '$1 == "base.txz" { print $2 }' ${`${download}/MANIFEST`})
if [ -z "$want" ]; then echo 'MANIFEST does not name base.txz' >&2; exit 1; fi`,
    shownDownload(
      sh`"$from/base.txz"`,
      `${download}/base.txz`,
      sh`try_fetch "$from/base.txz" ${`${download}/base.txz`}`,
    ),
    sh`if [ "$(sha256 -q ${`${download}/base.txz`})" != "$want" ]; then
  echo 'base.txz differs from the checksum in MANIFEST' >&2; exit 1
fi`,
  );
}

/** /rescue is one file under 150 names, which some ways of copying multiply; root comes without a password. */
function configure(root: string): Script {
  return script(
    sh`rm -rfx ${`${root}/rescue`}`,
    sh`cat >${`${root}/etc/rc.conf`} ${document(templateRcConf)}`,
    writeResolver(root),
    sh`[ ! -e /etc/localtime ] || cp -P /etc/localtime ${`${root}/etc/localtime`}`,
    sh`pw -R ${root} usermod root -h -`,
    sh`mkdir -p ${`${root}/usr/local/etc`}`,
  );
}

/** An empty directory for a template that grows. */
export function freshDirectory(path: string): Script {
  // Ours by its name: it lies in our own directory of templates.
  return script(
    sh`if [ -e ${path} ]; then chflags -R -x noschg ${path}; rm -rfx ${path}; fi`,
    sh`mkdir ${path}`,
  );
}

/** A dataset for a template that grows: an empty one, or a clone of another template. The script ends where it is whole already. */
export function freshDataset(tree: TreeSpec, from?: TreeSpec): Script {
  const dataset = tree.dataset ?? "";
  const options = sh`-o ${`mountpoint=${tree.path}`} -o ${`${datasetMark}=${tree.name}`}`;
  return script(
    sh`if zfs list -H -o name ${dataset} >/dev/null 2>&1; then
  if [ "$(zfs get -H -o value -s local ${datasetMark} ${dataset})" != ${tree.name} ]; then
    echo ${`${dataset} is there already and not ours`} >&2; exit 1
  fi
  if [ "$(cat ${`${tree.path}/${markFile}`} 2>/dev/null)" = ${tree.name} ]; then
    zfs list -H -o name ${`${dataset}@${templateSnapshot}`} >/dev/null 2>&1 || zfs snapshot ${`${dataset}@${templateSnapshot}`}
    exit
  fi
  zfs destroy ${dataset}
fi`,
    sh`# A base path that became a dataset later has the template as a directory.
if [ "$(cat ${`${tree.path}/${markFile}`} 2>/dev/null)" = ${tree.name} ]; then
${deleteTree({ name: tree.name, path: tree.path })}
fi`,
    from === undefined
      ? sh`zfs create ${options} ${dataset}`
      : sh`zfs clone ${options} ${`${from.dataset}@${templateSnapshot}`} ${dataset}`,
  );
}

/** Removes a template or an image; on ZFS with the snapshot that jails are cloned from. */
export function deleteTemplate(tree: TreeSpec): Script {
  const snapshot = `${tree.dataset}@${templateSnapshot}`;
  return script(
    refuseMounted(tree),
    tree.dataset === undefined
      ? sh`:`
      : sh`if zfs list -H -o name ${snapshot} >/dev/null 2>&1; then zfs destroy ${snapshot}; fi`,
    deleteTree(tree),
  );
}

/** Ends a script when a thin jail has the base system or the packages of an image mounted. */
function refuseMounted({ path }: TreeSpec): Command {
  return sh`if top=$(realpath ${path} 2>/dev/null) && mount -p | awk -v top="$top" '$1 == top || index($1, top "/") == 1 { found = 1 } END { exit !found }'; then
  echo ${`${path} is mounted by a jail, so it stays`} >&2; exit 1
fi`;
}

/** The same for one that may be in use: ZFS keeps one that jails are clones of. */
export function deleteUnused(tree: TreeSpec): Command {
  return sh`( ${inShell(deleteTemplate(tree))}
) 2>/dev/null || :`;
}
