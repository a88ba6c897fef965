// Everything of an app on a server: found, and taken away.

import { script } from "../../core/script.ts";
import { type Command, raw, type Script, sh } from "../../core/sh.ts";
import { listAssets, removeAssets } from "../assets.ts";
import { underHostLock } from "../lock.ts";
import { replaceHostFile } from "../journal.ts";
import { datasetMark, listDatasets } from "../jail/tree.ts";
import {
  listOwn,
  ownCertificates,
  type OwnFiles,
  ownLogs,
  ownMarkers,
  ownState,
  removeOwn,
} from "../own_files.ts";
import { listScheduleFiles, removeSchedules } from "./schedule.ts";
import { accessoriesDir, accessoryLogs, jailsDir, logDir, markFile, siteFile } from "../paths.ts";

function ownFiles(app: string): OwnFiles[] {
  return [ownCertificates(app), ownMarkers(app), ownLogs(app), ...ownState(app)];
}

/**
 * Prints what is left of an app, a line each: `own PATH`, `all PATH`, `file JAIL PATH` for files of its jails, `at JAIL ROOT`,
 * `tree PATH` and `foreign PATH` for directories by their marks, `zfs NAME`. Names that begin like the app's may be another's.
 */
export function listLeft(app: string, basePath: string): Script {
  const begin = raw(`${app}_`);
  return script(
    ...ownFiles(app).map((own) =>
      sh`( ${listOwn(own)}
)`
    ),
    sh`for f in ${siteFile(app)} ${siteFile(app)}.before ${
      siteFile(app)
    }.new; do [ ! -e "$f" ] || echo "own $f"; done`,
    listScheduleFiles(app),
    sh`( ${listAssets(app)}
)`,
    sh`for f in ${jailsDir}/${begin}*.* ${accessoriesDir}/${begin}*.* ${logDir}/${begin}*.console.log ${accessoryLogs}/${begin}*; do
  [ -e "$f" ] || continue
  jail=\${f##*/}; echo "file \${jail%%.*} $f"
done`,
    sh`for f in ${jailsDir}/${begin}*.conf; do [ ! -f "$f" ] || sed -n 's|^ *path = "\(.*\)";$|at '"$(basename "$f" .conf)"' \1|p' "$f"; done`,
    sh`for tree in ${basePath}/${begin}* ${basePath}/.${begin}*; do
  [ -e "$tree" ] || [ -L "$tree" ] || continue
  name=\${tree##*/}; kind=tree
  case $name in .*.new) name=\${name%.new} ;; esac
  name=\${name#.}
  mark=$(cat "$tree/"${markFile} 2>/dev/null)
  if [ -L "$tree" ]; then kind=foreign
  # An exchange that was cut off leaves the mark of the place before.
  elif [ "$mark" != "$name" ] && [ "\${mark%.next}" != "\${name%.old}" ] && [ -n "$(ls -A "$tree" | grep -v ${`^[.]${
      markFile.slice(1)
    }`})" ]; then
    # A clone is ours before its mark is written.
    kldstat -q -m zfs 2>/dev/null && [ "$(zfs get -H -o value -s local ${datasetMark} "$tree" 2>/dev/null)" = "$name" ] || kind=foreign
  fi
  echo "$kind $tree"
done`,
    listDatasets(basePath),
  );
}

/** The last traces of an app. */
export interface Traces {
  readonly app: string;
  /** Jails of its accessories. */
  readonly accessories: readonly string[];
  /** The text of `host.json` before and without it. */
  readonly host: { readonly before: string; readonly after: string };
}

/** Forgets an app: records, logs, addresses, releases. Its lock goes last. */
export function forgetApp({ app, accessories, host }: Traces): Script {
  return script(
    ...accessories.flatMap((jail) => [
      sh`rm -f ${accessoriesDir}/${jail}.json* ${accessoriesDir}/${jail}.health*`,
      sh`rm -rfx ${`${accessoryLogs}/${jail}`}`,
    ]),
    removeSchedules(app),
    removeAssets(app),
    removeOwn(ownLogs(app)),
    ...host.before === host.after ? [] : [underHostLock(replaceHostFile(host.before, host.after))],
    ...ownState(app).map(removeOwn),
  );
}

/** Prints what may be said against deleting volumes: `PATH link`, `absent`, `mount` or `dir OWNER`; then `use JAIL PATH`. */
export function lookAtVolumes(volumes: readonly string[]): Command {
  return sh`for v in ${volumes}; do
  if [ -L "$v" ] || [ "$(realpath "$v" 2>/dev/null || echo "$v")" != "$v" ]; then echo "$v link"
  elif [ ! -d "$v" ]; then echo "$v absent"
  elif ${mountedIn(raw('"$v"'))}; then echo "$v mount"
  else echo "$v dir $(stat -f %u "$v")"; fi
done
for f in ${jailsDir}/*.fstab; do [ ! -f "$f" ] || awk -v jail="$(basename "$f" .fstab)" '{ print "use", jail, $1 }' "$f"; done`;
}

/** Tells whether a directory is a mount point, or has one below it. */
function mountedIn(directory: Command): Command {
  return sh`mount -p | awk -v top=${directory} '$2 == top || index($2, top "/") == 1 { found = 1 } END { exit !found }'`;
}

/** Deletes a volume that still belongs to the user id that it was looked at with. */
export function deleteVolume(path: string, owner: number): Script {
  return script(
    sh`if [ -d ${path} ]; then
  if [ "$(realpath ${path})" != ${path} ] || [ "$(stat -f %u ${path})" != ${String(owner)} ] || ${
      mountedIn(sh`${path}`)
    }; then
    echo ${`${path} changed meanwhile, so it is left alone`} >&2; exit 1
  fi
  rm -rfx ${path}
fi`,
  );
}
