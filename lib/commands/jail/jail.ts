// Jails: their files, starting and stopping them.

import { usualStop } from "../../core/release.ts";
import type { Limits } from "../../core/limits.ts";
import { script } from "../../core/script.ts";
import { type Command, raw, type Script, sh } from "../../core/sh.ts";
import { writeFile } from "../../remote/files.ts";
import { forgetLimits, limitLines } from "./limits.ts";
import {
  accessoriesDir,
  basePoint,
  consoleFile,
  fstabFile,
  jailFile,
  jailInterface,
  jailsDir,
  layerPoint,
  logDir,
} from "../paths.ts";

/** A directory of the host that a jail sees. */
export interface Mount {
  /** Directory on the host. */
  readonly host: string;
  /** Directory in the jail. */
  readonly jail: string;
}

/** The values that a jail is made of. */
export interface JailSpec {
  /** Its name; letters, digits and `_`. */
  readonly name: string;
  /** Its root directory on the host. */
  readonly path: string;
  /** Its IPv4 address. */
  readonly ip4: string;
  /** The base system that a thin jail mounts read-only. */
  readonly base?: string;
  /** The packages of an image, which a thin jail mounts read-only. */
  readonly layer?: string;
  /** Directories of the host that it sees. */
  readonly mounts?: readonly Mount[];
  /** Further lines for the jail's file, such as `sysvshm = new;`. */
  readonly parameters?: readonly string[];
  /** The release that its tree holds, for our own scripts to read. */
  readonly release?: string;
  /** The resolvers that it asks for names. Default: those of the server that it can reach. */
  readonly nameservers?: readonly string[];
  /** Seconds that its programs get to end. Default: 30. */
  readonly stopTimeout?: number;
  /** How much of the server it may use. */
  readonly limits?: Limits;
  /** True where it has several services of ours, which end side by side. */
  readonly together?: boolean;
}

/** The script in a jail that stops services of ours side by side: all, or those of the patterns that it is given. */
export const stopScript = "/usr/local/etc/alcaide/stop";

/** The name of a jail's host, fit for DNS: `shop-blue`. */
export function hostName(name: string): string {
  return name.replaceAll("_", "-");
}

/** Text of the jail's file. */
export function jailConf(spec: JailSpec): string {
  const { stopTimeout = usualStop } = spec;
  const parameters = [
    `path = "${spec.path}";`,
    `host.hostname = "${hostName(spec.name)}";`,
    `ip4.addr = "${jailInterface}|${spec.ip4}/32";`,
    "persist;",
    "mount.devfs;",
    "devfs_ruleset = 4;",
    `mount.fstab = "${fstabFile(spec.name)}";`,
    "exec.clean;",
    ...startLines(stopTimeout),
    ...stopLines(spec),
    `exec.consolelog = "${consoleFile(spec.name)}";`,
    // It ends exec.stop, too.
    `exec.timeout = ${Math.max(120, stopTimeout + 30)};`,
    `stop.timeout = ${stopTimeout};`,
    ...limitLines(spec.name, spec.limits),
    ...(spec.parameters ?? []),
  ];
  const release = spec.release === undefined ? "" : `# release: ${spec.release}\n`;
  return `# Made by alcaide. Changes are overwritten.
${release}${spec.name} {
${parameters.map((line) => `  ${line}\n`).join("")}}
`;
}

/** The jail's own shutdown ends itself after 90 s unless its rc.conf says otherwise. */
function startLines(stopTimeout: number): string[] {
  const start = '"/bin/sh /etc/rc";';
  if (stopTimeout <= 90) return [`exec.start = ${start}`];
  const wait = `/usr/sbin/sysrc rcshutdown_timeout=${stopTimeout + 15}`;
  return [`exec.start = "${wait}";`, `exec.start += ${start}`];
}

/** The jail's shutdown stops services one after the other. */
function stopLines({ together = false }: JailSpec): string[] {
  const stop = '"/bin/sh /etc/rc.shutdown jail";';
  return together
    ? [`exec.stop = "/bin/sh ${stopScript}";`, `exec.stop += ${stop}`]
    : [`exec.stop = ${stop}`];
}

/** Text of the jail's fstab. */
export function jailFstab(spec: JailSpec): string {
  const line = (how: string) => ({ host, jail }: Mount) => `${host} ${spec.path}${jail} nullfs ${how} 0 0\n`;
  return [...sharedMounts(spec).map(line("ro")), ...(spec.mounts ?? []).map(line("rw"))].join("");
}

/** The directories that a thin jail mounts read-only, since others have them, too: the base system, and packages. */
export function sharedMounts({ base, layer }: Pick<JailSpec, "base" | "layer">): Mount[] {
  return [
    ...base === undefined ? [] : [{ host: base, jail: basePoint }],
    ...layer === undefined ? [] : [{ host: layer, jail: layerPoint }],
  ];
}

/** Writes the jail's file and fstab. */
export function writeJailFiles(spec: JailSpec): Script {
  return script(
    sh`mkdir -p ${jailsDir} ${logDir}`,
    writeFile(fstabFile(spec.name), jailFstab(spec)),
    writeFile(jailFile(spec.name), jailConf(spec)),
  );
}

/**
 * For sh: a function that prints what a jail lacks to start when a disk or pool is missing. A directory made in its place would
 * hide the data, and a database would begin anew there.
 */
export const missingOf = `missing_of() {
	[ -f ${jailsDir}/"$1".conf ] && [ -f ${jailsDir}/"$1".fstab ] || return 0
	path=$(sed -n 's/^ *path = "\\(.*\\)";$/\\1/p' ${jailsDir}/"$1".conf)
	[ -d "$path" ] || echo "$path is not there"
	while read -r host rest; do
		if [ ! -d "$host" ]; then
			echo "$host is not there"
		# Setup gave the volume to another user: an empty one of root's is a place for a disk.
		elif [ -f ${accessoriesDir}/"$1".json ] && [ -O "$host" ] && [ -z "$(ls -A "$host")" ]; then
			echo "$host is empty"
		elif [ -z "$(ls -A "$host")" ] && { mount -p 2>/dev/null; echo; cat /etc/fstab 2>/dev/null; } | awk -v at="$host/" '
			NF == 0 { listed = 1; next } !listed { up[$2]; next }
			$1 !~ /^#/ && index(at, $2 "/") == 1 && !($2 in up) { found = 1 } END { exit !found }'; then
			echo "$host is empty, and its file system is not mounted"
		fi
	done <${jailsDir}/"$1".fstab
}`;

/** Asks about the cause of a missing directory. */
export const askDisk = "Is its disk mounted, its pool imported?";

/**
 * Starts a jail unless it runs, and makes sure that it does. Its file and fstab must be there, and the host's directories that
 * it sees.
 */
export function startJail({ name, path, mounts = [] }: JailSpec): Script {
  return script(
    sh`if ! jls -j ${name} jid >/dev/null 2>&1; then
${raw(missingOf)}
  missing=$(missing_of ${name} | head -n 1)
  if [ -n "$missing" ]; then echo ${`Cannot start jail ${name}:`} "$missing." ${askDisk} >&2; exit 1; fi
  mkdir -p ${[`${path}/dev`, ...mounts.map((m) => `${path}${m.jail}`)]} &&
  jail -f ${jailFile(name)} -c ${name}
fi`,
    sh`jls -j ${name} jid >/dev/null`,
  );
}

/**
 * Stops a jail if it runs and takes away what it may leave behind: mounts below its root, its address. Fails when the
 * jail or a mount can't be ended, and when the jail that runs under this name has another root: that one isn't ours.
 */
export function stopJail({ name, path, ip4 }: Pick<JailSpec, "name" | "path" | "ip4">): Script {
  return script(
    sh`if jls -j ${name} jid >/dev/null 2>&1; then
  at=$(jls -j ${name} path)
  case $at in ${path} | "$(realpath ${path} 2>/dev/null || echo ${path})") ;; *)
    echo ${`Jail ${name} runs in`} "$at, and alcaide did not make it, so it is left alone" >&2; exit 1 ;;
  esac
  if [ -f ${jailFile(name)} ]; then jail -q -f ${jailFile(name)} -r ${name}; fi
  # A failing exec.stop leaves the jail; its status alone proves nothing.
  if jls -j ${name} jid >/dev/null 2>&1; then jail -R ${name}; ${forgetLimits(name)}; fi
  if jls -j ${name} jid >/dev/null 2>&1; then echo ${`Cannot stop jail ${name}`} >&2; exit 1; fi
fi`,
    unmountBelow(path),
    dropAddress(ip4),
  );
}

/** Takes an address off the interface unless a jail has it. */
export function dropAddress(ip4: string): Command {
  return sh`if ifconfig ${jailInterface} 2>/dev/null | awk -v ip=${ip4} '$1 == "inet" && $2 == ip { found = 1 } END { exit !found }'; then
  jls -q ip4.addr | tr ',' '\n' | grep -q -x -F ${ip4} || ifconfig ${jailInterface} inet ${ip4} -alias
fi`;
}

/** Gives a jail that runs its address back. */
export function addAddress(ip4: string): Command {
  return sh`ifconfig ${jailInterface} inet ${`${ip4}/32`} alias`;
}

/**
 * Mounts again what a jail that runs has lost: a directory of the host, or without one devfs. Nothing is mounted through a link, which somebody in
 * the jail may have made, nor over files that were written there meanwhile.
 */
export function mountAgain(path: string, at: string, host?: string): Script {
  const only = [basePoint, layerPoint].includes(at) ? sh`-o ro ` : sh``;
  const kind = host === undefined ? sh`devfs -o ruleset=4 devfs` : sh`nullfs ${only}${host}`;
  return script(
    sh`top=$(realpath ${path}) && at=$top${at}
if [ "$(realpath "$at" 2>/dev/null)" != "$at" ] || [ ! -d "$at" ]; then
  echo ${`${path}${at} is no directory, or is behind a symbolic link`} >&2; exit 1
fi`,
    sh`if ! mount -p | awk -v at="$at" '$2 == at { found = 1 } END { exit !found }'; then
  ${
      host === undefined ? sh`:` : sh`if [ -n "$(ls -A "$at")" ]; then
    echo ${`${path}${at} holds files that were written there meanwhile: move them to ${host}`} >&2; exit 1
  fi`
    }
  mount -t ${kind} "$at"
fi`,
  );
}

/** Kinds of file systems that jails of ours have below their root. */
export const jailMounts: readonly string[] = ["nullfs", "devfs", "fdescfs", "procfs"];

/**
 * Unmounts what a jail of ours has mounted below its directory, the deepest first, and fails when anything stays. Mounts of
 * other kinds are somebody else's.
 */
export function unmountBelow(path: string): Command {
  const kinds = `^(${jailMounts.join("|")})$`;
  // The kernel names mounts by their real path: the base path may be behind a link.
  return sh`top=$(realpath ${path} 2>/dev/null || echo ${path})
mounts_below() { mount -p | awk -v top="$top/" -v kinds="$1" 'index($2, top) == 1 && $3 ~ kinds { print $2 }' | sort -r; }
for try in 1 2 3 4 5; do
  mounts_below ${kinds} | while read -r mount; do umount "$mount" 2>/dev/null; done
  [ -z "$(mounts_below ${kinds})" ] && break
  sleep 1
done
if [ -n "$(mounts_below .)" ]; then
  echo "Cannot unmount $(mounts_below . | tr '\n' ' ')" >&2; exit 1
fi`;
}

/** Removes the jail's file and fstab. */
export function removeJailFiles(name: string): Command {
  return sh`rm -f ${jailFile(name)} ${fstabFile(name)} ${consoleFile(name)}`;
}
