/**
 * Accessories on a server: made, configured, watched, started, stopped, removed.
 *
 * @module
 */

import type { AccessoryRecord } from "../accessories/record.ts";
import type { Accessory, AccessoryFile, AccessoryPlace, AccessoryScript } from "../config/accessory_types.ts";
import { isSecret, type Secret, secret } from "../secret.ts";
import { type Command, isCommand, lines, quoteAlways, raw, sh } from "../sh.ts";
import { appService, envText, hostsText, installPackages, jailLogDir, supervisorPidFile } from "./app.ts";
import { makeDirectory, writeFile } from "./files.ts";
import { accessoryEnvFile as envFile, callService, inJail } from "./in_jail.ts";
import { type JailSpec, removeJailFiles, startJail, stopJail, writeJailFiles } from "./jail.ts";
import { accessoriesDir, accessoryFile, accessoryHealth, accessoryLogs, logDir, markFile } from "./paths.ts";
import { besideTree, copyTemplate, deleteTree, type TreeSpec } from "./tree.ts";

/** An accessory on a server. */
export interface AccessorySpec {
  readonly accessory: Accessory;
  readonly place: AccessoryPlace;
  readonly jail: JailSpec;
  readonly tree: TreeSpec;
  /** What the tree is copied from. */
  readonly template: TreeSpec;
}

/** The user of our own that `start` runs as. */
const ownUser = "service";
const etc = "/usr/local/etc/alcaide";
const startFile = `${etc}/start`;

/** Makes the jail's tree, volumes and packages, unless they are there. It doesn't start. */
export function createAccessory(spec: AccessorySpec): Command {
  const { jail, tree, place: { uid }, accessory: { packages, volumes, start } } = spec;
  const at = (file: string) => `${jail.path}${file}`;
  return lines(
    makeDirectory(accessoriesDir, 0o700),
    sh`mkdir -p ${logDir} ${accessoryLogs} || exit 1`,
    ...volumes.map((volume) => makeVolume(volume.host, uid)),
    sh`[ -d ${logOf(jail.name)} ] || install -d -o ${uid} -g ${uid} -m 0750 ${logOf(jail.name)} || exit 1
if [ "$(cat ${at(`/${markFile}`)} 2>/dev/null)" != ${jail.name} ]; then
${copyTemplate(spec.template, tree)}
fi`,
    ...start === ""
      ? []
      : [sh`pw -R ${jail.path} useradd ${ownUser} -u ${uid} -d /nonexistent -s /usr/sbin/nologin -w no
case $? in 0 | 65) ;; *) exit 1 ;; esac`],
    ...packages.length === 0 ? [] : [installPackages(jail.path, packages)],
    writeFile(at("/etc/hosts"), hostsText(jail)),
    writeJailFiles(jail),
  );
}

/** The directory of an accessory's logs. */
export function logOf(jail: string): string {
  return `${accessoryLogs}/${jail}`;
}

/** A directory with somebody else's files in it is left alone: it may be in use. */
function makeVolume(host: string, uid: number): Command {
  return sh`if [ ! -d ${host} ]; then
  install -d -o ${uid} -g ${uid} -m 0700 ${host} || exit 1
elif [ "$(stat -f %u ${host})" != ${String(uid)} ]; then
  if [ -n "$(ls -A ${host})" ]; then
    echo ${`${host} has files in it and belongs to another user id than ${uid}, so it is left alone`} >&2; exit 1
  fi
  chown ${`${uid}:${uid}`} ${host} && chmod 0700 ${host} || exit 1
fi`;
}

/** Starts the jail unless it runs. */
export function startAccessory({ jail }: Pick<AccessorySpec, "jail">): Command {
  return startJail(jail);
}

/** Stops the jail and starts it again: what its file says comes in force. */
export function restartAccessory({ jail }: Pick<AccessorySpec, "jail">): Command {
  return lines(stopJail(jail), writeJailFiles(jail), startJail(jail));
}

/**
 * Writes what the accessory is made of into its running jail, prepares it, and starts it or lets it take up what changed.
 * Files are written from within: a link that somebody made in there leads nowhere else.
 */
export function configureAccessory(spec: AccessorySpec): Command {
  const { accessory, place } = spec;
  const { rc } = accessory;
  const setup = scriptOf(accessory.setup, place);
  const change = accessory.change === undefined
    ? callService(place.jail, rc, sh`restart`)
    : scriptOf(accessory.change, place);
  return lines(
    inJail(place.jail, lines(...filesOf(spec).map(writeInside))),
    sh`[ $? -eq 0 ] || exit 1`,
    writeHealth(spec),
    ...setup === undefined ? [] : [setup, sh`[ $? -eq 0 ] || exit 1`],
    // rc says with status 0 also that it did nothing: whether the program is well is seen afterwards.
    sh`if /usr/sbin/jexec -l ${place.jail} /usr/sbin/service ${rc} onestatus </dev/null >/dev/null 2>&1; then
${change ?? sh`:`}
[ $? -eq 0 ] || exit 1
else
${callService(place.jail, rc, sh`start`)}
fi`,
  );
}

/** Writes the script that tells whether the accessory is well; the boot script runs it, too. */
export function writeHealth({ accessory, place }: AccessorySpec): Command {
  const text = healthScript(accessory, place);
  return writeFile(accessoryHealth(place.jail), secret(`#!/bin/sh\n${text.text}\n`), { mode: 0o700 });
}

function healthScript(accessory: Accessory, place: AccessoryPlace): Command {
  if (accessory.health !== undefined) return scriptOf(accessory.health, place) ?? sh`:`;
  return lines(
    sh`/usr/sbin/jexec -l ${place.jail} /usr/sbin/service ${accessory.rc} onestatus </dev/null >/dev/null 2>&1 || {
  echo 'Its service does not run'; exit 1
}`,
    ...accessory.ports.map((port) =>
      sh`sockstat -4 -l -q -j ${place.jail} -P tcp -p ${port} | grep -q . || {
  echo ${`Nothing listens on port ${port}`}; exit 1
}`
    ),
  );
}

/** Waits until an accessory is well; on giving up it prints what its script and its log say. */
export function waitForAccessory(jail: string, timeout: number): Command {
  return sh`deadline=$(( $(date +%s) + ${Math.ceil(timeout / 1000)} ))
until said=$(/bin/sh ${accessoryHealth(jail)} </dev/null 2>&1); do
  if [ "$(date +%s)" -ge "$deadline" ]; then
    log=$(ls -t ${logOf(jail)} 2>/dev/null | head -n 1)
    [ -z "$log" ] || tail -n 8 ${logOf(jail)}/"$log" >&2
    [ -z "$said" ] || printf '%s\n' "$said" >&2
    echo ${`${jail} is not well after ${timeout / 1000} s`} >&2
    exit 1
  fi
  sleep 0.3
done`;
}

/** What is done once it is well: a role, a database. */
export function applyAccessory({ accessory, place }: AccessorySpec): Command {
  return accessory.apply === undefined ? sh`:` : lines(accessory.apply(place), sh`[ $? -eq 0 ] || exit 1`);
}

/** Writes down what was made. */
export function writeAccessory(record: AccessoryRecord): Command {
  return writeFile(accessoryFile(record.jail), `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/** Removes an accessory's jail and record. Its volumes and logs stay. */
export function removeAccessory(jail: JailSpec, tree: TreeSpec): Command {
  return lines(
    stopJail(jail),
    deleteTree({ ...besideTree(tree), dataset: undefined }),
    deleteTree(tree),
    removeJailFiles(jail.name),
    sh`rm -f ${accessoryFile(jail.name)} ${accessoryHealth(jail.name)}`,
  );
}

/** Everything that is written into the jail, as one text to be compared. */
export function filesText(spec: AccessorySpec): string {
  const { accessory, place } = spec;
  const files = filesOf(spec).map(({ text, ...file }) => ({ ...file, text: revealed(text) }));
  return JSON.stringify([
    files,
    accessory.rc,
    scriptOf(accessory.setup, place)?.text ?? "",
  ]);
}

/** What tells whether it is well, as a text to be compared. */
export function healthText({ accessory, place }: AccessorySpec): string {
  return healthScript(accessory, place).text;
}

/** What is done once it is well, as a text to be compared. */
export function applyText({ accessory, place }: AccessorySpec): string {
  return accessory.apply?.(place).text ?? "";
}

function filesOf({ accessory, place }: AccessorySpec): AccessoryFile[] {
  const { files, env, rc, rcConf, start } = accessory;
  const given = typeof files === "function"
    ? files(place)
    : Object.entries(files).map(([path, text]) => ({ path, text }));
  const port = place.port === 0 ? {} : { PORT: String(place.port) };
  const rcName = rc.replaceAll("-", "_");
  const variables = { [`${rcName}_enable`]: "YES", ...rcConf };
  return [
    {
      path: envFile,
      text: secret(envText({ ...env, ADDRESS: place.address, ...port })),
      mode: 0o600,
      own: false,
    },
    ...given,
    ...start === "" ? [] : [
      { path: startFile, text: startText(start), mode: 0o755 },
      { path: `/usr/local/etc/rc.d/${appService}`, text: serviceText(), mode: 0o555 },
    ],
    {
      path: `/etc/rc.conf.d/${rcName}`,
      text: Object.entries(variables).map(([name, value]) => `${name}=${quoteAlways(value)}\n`).join(""),
    },
  ].map((file) => owned(file, place));
}

function owned(file: AccessoryFile, { uid }: AccessoryPlace): AccessoryFile & { owner: number } {
  const hidden = isSecret(file.text);
  return { ...file, mode: file.mode ?? (hidden ? 0o400 : 0o644), owner: (file.own ?? hidden) ? uid : 0 };
}

function writeInside(file: AccessoryFile): Command {
  const { path, text, mode = 0o644, owner = 0 } = file as AccessoryFile & { owner?: number };
  const directory = path.slice(0, path.lastIndexOf("/"));
  return lines(
    sh`mkdir -p ${directory} || exit 1`,
    writeFile(path, text, { mode }),
    ...owner === 0 ? [] : [sh`chown ${`${owner}:${owner}`} ${path} || exit 1`],
  );
}

function startText(start: string): string {
  return `#!/bin/sh\n# Made by alcaide. Changes are overwritten.\nexec ${start}\n`;
}

/** As an app's service: watched over, started again when it ends, its output in a log on the host. */
function serviceText(): string {
  return `#!/bin/sh
# Made by alcaide. Changes are overwritten.
# PROVIDE: ${appService}
# REQUIRE: LOGIN
# KEYWORD: shutdown
. /etc/rc.subr
name=${appService}
rcvar=${appService}_enable
load_rc_config $name
: \${${appService}_enable:=NO}
${appService}_env_file=${envFile}
pidfile=${supervisorPidFile}
procname=/usr/sbin/daemon
command=/usr/sbin/daemon
command_args="-f -r -H -P $pidfile -o ${jailLogDir}/service.log -u ${ownUser} -t ${appService} ${startFile}"
run_rc_command "$1"
`;
}

/** A text runs in the jail as root with the accessory's environment; a function says itself where. */
function scriptOf(
  script: string | readonly string[] | AccessoryScript,
  place: AccessoryPlace,
): Command | undefined {
  if (typeof script === "function") {
    const made = script(place);
    if (!isCommand(made)) {
      throw new TypeError("Cannot use what a function of an accessory gave: it is no command");
    }
    return made;
  }
  const texts = typeof script === "string" ? [script] : script;
  if (texts.length === 0) return undefined;
  return inJail(
    place.jail,
    lines(
      sh`set -a; . ${envFile} || exit 1; set +a`,
      ...texts.map((text) =>
        sh`{
${raw(text)}
} || exit 1`
      ),
    ),
  );
}

function revealed(text: string | Secret): string {
  return isSecret(text) ? text.reveal() : text;
}
