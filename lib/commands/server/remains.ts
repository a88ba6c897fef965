// Sections of the probe for `status` and `repair`: mounts, halves, files of releases and their detached commands, the lock's file.

import { type Command, sh } from "../../core/sh.ts";
import { listRuns } from "../app/runs.ts";
import { listSchedules } from "../app/schedule.ts";
import { slots } from "../../core/slot.ts";
import { appDir, assetsDir, jailName, jailsDir, markFile } from "../paths.ts";
import { datasetMark } from "../jail/tree.ts";
import type { Section } from "./probe.ts";

/** Everything that may remain of cut off work, or be gone, beside the facts for setup. */
export function remainsOf(app: string, basePath: string): Section[] {
  return [
    ["mounts", listMounts(basePath)],
    ["halves", listHalves(basePath)],
    ["jail files", sh`ls ${jailsDir} 2>/dev/null; :`],
    [
      "releases",
      sh`cd ${`${
        appDir(app)
      }/releases`} 2>/dev/null && for d in *; do [ ! -d "$d" ] || ( cd "$d" && echo "$d" * ); done; :`,
    ],
    ["assets", sh`ls ${assetsDir(app)} 2>/dev/null; :`],
    ["schedules", listSchedules(app)],
    ["lock", askHolder(app)],
    ["runs", listRuns(app)],
    ["services", listServices(app, basePath)],
    [
      "dataset marks",
      sh`kldstat -q -m zfs 2>/dev/null && zfs get -H -s local -t filesystem -o name,value ${datasetMark} 2>/dev/null; :`,
    ],
  ];
}

/** Mounts below the base path, under its own name: the kernel names them by their real path. */
function listMounts(basePath: string): Command {
  return sh`top=$(realpath ${basePath} 2>/dev/null) && mount -p | awk -v top="$top/" -v base=${`${basePath}/`} '
index($2, top) == 1 { print base substr($2, length(top) + 1), $3 }'; :`;
}

/** Trees that were being copied, exchanged or deleted, each with its mark, `empty` where nothing is in it, or nothing. */
function listHalves(basePath: string): Command {
  return sh`for d in ${basePath}/.*.new ${basePath}/*.gone ${basePath}/*.next ${basePath}/*.old; do [ -e "$d" ] || [ -L "$d" ] || continue
mark=
if [ -d "$d" ] && [ ! -L "$d" ]; then
  [ ! -f "$d/"${markFile} ] || read -r mark <"$d/"${markFile}
  case $mark$(ls -A "$d") in '' | ${markFile} | ${markFile}.new) mark=empty ;; esac
fi
echo "$d $mark"; done; :`;
}

/**
 * The services of the app's jails: `wanted JAIL SERVICE` of those that the jail's boot starts, `up JAIL SERVICE PID SECONDS` of those that
 * have a supervisor; its program is missing while it is about to be started again.
 */
function listServices(app: string, basePath: string): Command {
  const jails = slots.map((slot) => jailName(app, slot));
  return sh`for jail in ${jails}; do
  for file in ${basePath}/$jail/etc/rc.conf.d/alcaide_*; do
    [ -f "$file" ] && grep -q '="YES"' "$file" && echo "wanted $jail \${file##*/}"
  done
  jls -j "$jail" jid >/dev/null 2>&1 && ps -xww -o pid,etimes,command -J "$jail" | awk -v jail="$jail" '
    { age[$1] = $2 }
    $3 == "daemon:" && $4 ~ /^alcaide_[a-z0-9_]*\[[0-9]*\]/ { split($4, part, "["); up[part[1]] = part[2] + 0 }
    END { for (service in up) print "up", jail, service, up[service] in age ? up[service] " " age[up[service]] : "" }'
done; :`;
}

/** Prints `held` or `left` and what stands in the lock's file, where there is one. */
function askHolder(app: string): Command {
  const lock = `${appDir(app)}/lock`;
  return sh`if [ -s ${`${lock}.info`} ]; then
lockf -k -s -t 0 ${lock} true && echo left || echo held
cat ${`${lock}.info`}; fi`;
}
