// Accessories on a server: made, configured, watched, started, stopped, removed.

import type { AccessoryRecord } from "./record.ts";
import type { Accessory, AccessoryPlace } from "../../config/field/types.ts";
import { secret } from "../../core/secret.ts";
import { script } from "../../core/script.ts";
import { type Command, type Expression, type Script, sh } from "../../core/sh.ts";
import {
  type AccessorySpec,
  forgetFiles,
  ownUser,
  putFilesBack,
  scriptOf,
  writeAccessoryFiles,
} from "./files.ts";
import { makeDirectory, writeFile } from "../../remote/files.ts";
import { callService } from "../jail/in_jail.ts";
import { defineLimited } from "../limited.ts";
import { type JailSpec, startJail, stopJail, writeJailFiles } from "../jail/jail.ts";
import { accessoryLog } from "../logs.ts";
import { writeNames } from "../jail/names.ts";
import { addPackages, giveToOwners } from "../jail/packages.ts";
import {
  accessoriesDir,
  accessoryFile,
  accessoryHealth,
  accessoryLogDir,
  accessoryLogs,
  logDir,
  markFile,
} from "../paths.ts";
import { copyTemplate, deleteTree, removeJail, type TreeSpec } from "../jail/tree.ts";

/** Makes the jail's tree, volumes and packages, unless they are there. It doesn't start. */
export function createAccessory(spec: AccessorySpec): Script {
  const { jail, place: { uid }, accessory: { volumes } } = spec;
  const at = (file: string) => `${jail.path}${file}`;
  return script(
    makeDirectory(accessoriesDir, 0o700),
    sh`mkdir -p ${logDir} ${accessoryLogs}`,
    ...volumes.map((volume) => makeVolume(volume.host, uid)),
    sh`[ -d ${accessoryLogDir(jail.name)} ] || install -d -o ${uid} -g ${uid} -m 0750 ${
      accessoryLogDir(jail.name)
    }`,
    sh`if [ "$(cat ${at(`/${markFile}`)} 2>/dev/null)" != ${jail.name} ]; then
${copyOf(spec)}
fi`,
    fillTree(spec, jail.path),
    writeNames(jail),
    writeJailFiles(jail),
  );
}

/** Brings an accessory's user and packages into a tree, as far as they are not there. */
export function fillTree(
  { place: { uid }, accessory: { packages, start } }: AccessorySpec,
  path: string,
): Script {
  return script(
    ...start === ""
      ? []
      : [sh`pw -R ${path} useradd ${ownUser} -u ${uid} -d /nonexistent -s /usr/sbin/nologin -w no
case $? in 0 | 65) ;; *) exit 1 ;; esac`],
    ...packages.length === 0 ? [] : [addPackages(path, packages)],
  );
}

/** Setup may have tried in vain to make the patched template just before. */
function copyOf({ template, otherwise, tree }: AccessorySpec): Script {
  const copy = otherwise === undefined
    ? copyTemplate(template, tree)
    : script(sh`if [ -f ${`${template.path}/${markFile}`} ]; then
${copyTemplate(template, tree)}
else
${copyTemplate(otherwise, tree)}
fi`);
  // A clone that was cut off before its mark.
  return tree.dataset ? script(deleteTree(tree), copy) : copy;
}

/** A directory with somebody else's files in it is left alone: it may be in use. */
function makeVolume(host: string, uid: number): Command {
  return sh`if [ ! -d ${host} ]; then
  install -d -o ${uid} -g ${uid} -m 0700 ${host}
elif [ "$(stat -f %u ${host})" != ${String(uid)} ]; then
  if [ -n "$(ls -A ${host})" ]; then
    echo ${`${host} has files in it and belongs to another user id than ${uid}, so it is left alone`} >&2; exit 1
  fi
  chown ${`${uid}:${uid}`} ${host} && chmod 0700 ${host}
fi`;
}

/** Stops the jail and starts it again: what its file says comes in force. */
export function restartAccessory({ jail }: Pick<AccessorySpec, "jail">): Script {
  return script(stopJail(jail), writeJailFiles(jail), startJail(jail));
}

/** How {@linkcode configureAccessory} goes about it. */
export interface ConfigureOptions {
  /** Milliseconds that it gets to become well. */
  readonly timeout: number;
  /** True when it was well before: what fails is taken back then, since a server that reboots needs files that are right. */
  readonly undo?: boolean;
}

/**
 * Writes what the accessory is made of into its running jail, prepares it, starts it or lets it take up what changed, and
 * waits until it is well. Files are written from within: a link that somebody made in there leads nowhere else.
 */
export function configureAccessory(
  spec: AccessorySpec,
  { timeout, undo = false }: ConfigureOptions,
): Script {
  const { accessory, place } = spec;
  const { packages, volumes } = accessory;
  const setup = scriptOf(accessory.setup, place);
  const health = accessoryHealth(place.jail);
  const all = script(
    ...packages.length === 0 ? [] : [giveToOwners(place.jail, volumes.map(({ jail }) => jail))],
    writeAccessoryFiles(spec, { keep: undo }),
    enableService(spec),
    ...undo ? [sh`cp -p ${health} ${`${health}.before`}`] : [],
    writeHealth(spec),
    ...setup === undefined ? [] : [setup],
    takeUp(spec),
    waitForAccessory(place.jail, timeout),
  );
  if (!undo) return all;
  return script(
    sh`(
${all}
) || {
echo 'Taking the change back' >&2
${putFilesBack(spec)}
[ ! -f ${`${health}.before`} ] || mv -f ${`${health}.before`} ${health}
( ${takeUp(spec)}
)
exit 1
}`,
    sh`rm -f ${`${health}.before`}`,
    forgetFiles(spec),
  );
}

/** Starts the service in its running jail unless it runs. One that runs and isn't well may be at work on becoming so. */
export function startService({ accessory: { rc }, place }: AccessorySpec): Command {
  return sh`if ! ${serviceRuns(place.jail, rc)}; then
${callService(place.jail, rc, sh`start`)}
fi`;
}

function serviceRuns(jail: string, rc: string): Expression {
  return askService(jail, rc, sh`onestatus`);
}

/** The answer is the status. */
function askService(jail: string, rc: string, question: Expression): Expression {
  return sh`/usr/sbin/jexec -l ${jail} /usr/sbin/service ${rc} ${question} </dev/null >/dev/null 2>&1`;
}

/** Sees to it that the start of the jail starts a package's service, whatever its variable is called: `mysql_enable`. */
function enableService({ accessory: { rc, start }, place }: AccessorySpec): Command {
  if (start !== "") return sh`:`;
  return sh`if ! ${askService(place.jail, rc, sh`enabled`)}; then
${callService(place.jail, rc, sh`enable`)}
fi`;
}

/** Starts the service, or lets it take up changed files. */
function takeUp({ accessory, place }: AccessorySpec): Command {
  const { rc } = accessory;
  const change = accessory.change === undefined
    ? callService(place.jail, rc, sh`restart`)
    : scriptOf(accessory.change, place);
  // rc says with status 0 also that it did nothing: whether the program is well is seen afterwards.
  return sh`(
if ${serviceRuns(place.jail, rc)}; then
${change ?? sh`:`}
else
# One that recovers after a crash may take longer than its service waits.
( ${callService(place.jail, rc, sh`start`)}
) || ${serviceRuns(place.jail, rc)}
fi
) || { ${tellLog(place.jail)}; exit 1; }`;
}

/** Writes the script that tells whether the accessory is well; the boot script runs it, too. */
export function writeHealth({ accessory, place }: AccessorySpec): Command {
  const text = healthScript(accessory, place);
  return writeFile(accessoryHealth(place.jail), secret(`#!/bin/sh\n${text.text}\n`), { mode: 0o700 });
}

function healthScript(accessory: Accessory, place: AccessoryPlace): Command {
  if (accessory.health !== undefined) return scriptOf(accessory.health, place) ?? sh`:`;
  return script(
    sh`${serviceRuns(place.jail, accessory.rc)} || {
  echo 'Its service does not run'; exit 1
}`,
    ...accessory.ports.map((port) =>
      sh`sockstat -4 -l -q -j ${place.jail} -P tcp -p ${port} | grep -q . || {
  echo ${`Nothing listens on port ${port}`}; exit 1
}`
    ),
  );
}

/** Status of a script of ours that tells whether an accessory is well: it isn't yet, and says itself that it is at work on it. */
export const busyStatus = 93;

/** Waits until an accessory is well, without limit while it says that it is at work on that. A failure shows its log. */
export function waitForAccessory(jail: string, timeout: number): Command {
  // Into a file: what the command leaves in the background may hold its output open.
  return sh`${defineLimited}
said=$(mktemp -t alcaide) || exit; told=; deadline=$(( $(date +%s) + ${Math.ceil(timeout / 1000)} ))
until limited 1 30 /bin/sh ${accessoryHealth(jail)} >"$said" 2>&1; do
  if [ $? -eq ${busyStatus} ]; then
    [ -n "$told" ] || echo ${`${jail} recovers: waiting until it is done`}
    told=yes
  elif [ "$(date +%s)" -ge "$deadline" ]; then
    ${tellLog(jail)}
    [ ! -s "$said" ] || printf '%s\n' "$(cat "$said")" >&2; rm -f "$said"
    echo ${`${jail} is not well after ${timeout / 1000} s`} >&2
    exit 1
  fi
  sleep 0.3
done; rm -f "$said"`;
}

/** Prints the end of the log that was written to last. */
function tellLog(jail: string): Command {
  return sh`${accessoryLog(jail)}; [ ! -f "$log" ] || tail -n 8 "$log" >&2`;
}

/** Commands to run once it is well: they make a role, a database. */
export function applyAccessory({ accessory, place }: AccessorySpec): Command {
  return accessory.apply === undefined ? sh`:` : accessory.apply(place);
}

/** Writes down what was made. */
export function writeAccessory(record: AccessoryRecord): Command {
  return writeFile(accessoryFile(record.jail), `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/** Removes an accessory's jail and record. Its volumes and logs stay. */
export function removeAccessory(jail: JailSpec, tree: TreeSpec): Script {
  return script(
    removeJail(jail, tree),
    sh`rm -f ${accessoryFile(jail.name)} ${accessoryHealth(jail.name)}`,
  );
}

/** The health command, as a text to be compared. */
export function healthText({ accessory, place }: AccessorySpec): string {
  return healthScript(accessory, place).text;
}

/** The commands to run once it is well, as a text to be compared. */
export function applyText({ accessory, place }: AccessorySpec): string {
  return accessory.apply?.(place).text ?? "";
}
