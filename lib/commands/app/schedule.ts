// Schedules: the server's cron runs a script of ours for each, and that runs the command in the live jail.

import { dirname } from "node:path";
import type { ScheduleSpec } from "../../core/release.ts";
import { script } from "../../core/script.ts";
import { type Command, raw, type Script, sh } from "../../core/sh.ts";
import type { Slot } from "../../core/slot.ts";
import { makeDirectory, writeFile } from "../../remote/files.ts";
import type { JailSpec } from "../jail/jail.ts";
import { markerName } from "../live.ts";
import { defineLimited } from "../limited.ts";
import { lockedStatus, underHostLock } from "../lock.ts";
import { cronFile, liveDir, scheduleLog, scheduleLogs, schedulesDir, scheduleState } from "../paths.ts";
import { asApp } from "./app.ts";

/** A release whose schedules cron runs. */
export interface Scheduled {
  readonly app: string;
  readonly release: string;
  readonly slot: Slot;
  readonly jail: JailSpec;
}

/** The first line of cron's file. */
export const cronMark = "# Made by alcaide: runs the apps' schedules. Changes are overwritten.";

/**
 * Text of a schedule's script. Cron makes line breaks of percent signs and mails what is printed: so its line has nothing but this file's
 * name. It does nothing while another release is live.
 */
export function scheduleText(spec: Scheduled, { name, at, run, timeout }: ScheduleSpec): string {
  const { app, release } = spec;
  const state = `${scheduleState(app)}/${name}`;
  const limit = timeout === undefined ? raw("") : sh`limited 30 ${timeout} `;
  return `#!/bin/sh
# Made by alcaide: the schedule ${name} of ${app}. Changes are overwritten.
# release: ${release}
# at: ${at}
${
    sh`PATH=/sbin:/bin:/usr/sbin:/usr/bin; export PATH
say() { echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) alcaide: $1"; }
record() { echo "$1" >${`${state}.new`} && mv -f ${`${state}.new`} ${`${state}.last`}; }
case $1 in
run)
exec </dev/null
${asApp(spec, raw(run))}
;;
locked)
begun=$(date +%s); record "$begun"; say ${`begins in ${release}`}
${timeout === undefined ? sh`:` : defineLimited}
${limit}/bin/sh "$0" run
status=$?
record "$begun $(date +%s) $status"; say "ended with status $status"
exit 0 ;;
esac
[ -e ${`${liveDir(app)}/${markerName(spec)}`} ] || exit 0
umask 077
exec >>${scheduleLog(app, name)} 2>&1
# A status report holds the lock for a moment.
lockf -k -s -t 5 ${`${state}.lock`} /bin/sh "$0" locked
[ $? -ne ${lockedStatus} ] || say 'the run before still goes on: this one is left out'`.text
  }
`;
}

/** Makes an app's schedules on the server those given, from one moment to the next. */
export function installSchedules(spec: Scheduled, schedules: readonly ScheduleSpec[]): Script {
  const { app } = spec;
  const keep = schedules.map(({ name }) => scheduleFile(app, name));
  return underHostLock(script(
    refuseForeignCron,
    sh`mkdir -p ${schedulesDir} ${scheduleState(app)} && chmod 755 ${schedulesDir}`,
    makeDirectory(scheduleLogs, 0o750),
    ...schedules.map((one) =>
      writeFile(scheduleFile(app, one.name), scheduleText(spec, one), { mode: 0o700 })
    ),
    sh`for f in ${schedulesDir}/${raw(app)}.*; do
  case ${` ${keep.join(" ")} `} in *" $f "*) ;; *) rm -f "$f" ;; esac
done`,
    writeCron,
  ));
}

/** Takes an app's schedules away, with their logs. */
export function removeSchedules(app: string): Command {
  const remove = script(
    refuseForeignCron,
    sh`rm -f ${schedulesDir}/${raw(app)}.* ${scheduleLogs}/${raw(app)}.*`,
    writeCron,
    sh`if rmdir ${schedulesDir} 2>/dev/null; then rmdir ${scheduleLogs} 2>/dev/null; fi; :`,
  );
  return sh`if [ -d ${schedulesDir} ]; then
${underHostLock(remove)}
fi`;
}

/** Prints the files of an app's schedules. */
export function listScheduleFiles(app: string): Command {
  return sh`for f in ${schedulesDir}/${raw(app)}.* ${scheduleLogs}/${
    raw(app)
  }.*; do [ ! -e "$f" ] || echo "own $f"; done`;
}

/**
 * Prints an app's schedules, a line each: its name, its release, `cron` where cron's file names it, else `lost`, `runs` or `rests`, the
 * times of its last run's begin and end, its status, and behind a tab when it runs.
 */
export function listSchedules(app: string): Command {
  const state = scheduleState(app);
  return sh`for f in ${schedulesDir}/${raw(app)}.*; do
  [ -f "$f" ] || continue
  name=\${f##*.}; release=; at=; listed=lost; now=rests; last=
  while read -r mark word rest; do
    case "$mark $word" in '# release:') release=$rest ;; '# at:') at=$rest; break ;; esac
  done <"$f"
  grep -q -F " root $f" ${cronFile} 2>/dev/null && listed=cron
  [ ! -f ${state}/"$name.last" ] || read -r last <${state}/"$name.last"
  lockf -k -s -t 0 ${state}/"$name.lock" true 2>/dev/null
  [ $? -ne ${lockedStatus} ] || now=runs
  printf '%s %s %s %s %s\t%s\n' "$name" "$release" "$listed" "$now" "$last" "$at"
done; :`;
}

function scheduleFile(app: string, name: string): string {
  return `${schedulesDir}/${app}.${name}`;
}

const refuseForeignCron: Command =
  sh`if [ -e ${cronFile} ] && ! grep -q '^# Made by alcaide' ${cronFile}; then
  echo ${`${cronFile} has no mark of ours, so it is left alone`} >&2; exit 1
fi`;

const cronDirectory = dirname(cronFile);

/**
 * Writes cron's file from all scripts. There is one for all apps, which stays: FreeBSD's cron takes files for one another by their times when
 * one of several comes or goes. It passes over names with a dot before them.
 */
const writeCron: Script = script(
  sh`mkdir -p ${cronDirectory}`,
  sh`{ echo ${cronMark}
  for f in ${schedulesDir}/*.*; do
    case $f in *.new) continue ;; esac
    [ ! -f "$f" ] || sed -n 's|^# at: \(.*\)$|\1 root '"$f"'|p' "$f"
  done
} >${cronDirectory}/.alcaide && chmod 644 ${cronDirectory}/.alcaide && mv -f ${cronDirectory}/.alcaide ${cronFile}`,
);
