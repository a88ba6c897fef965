// One script that reads all facts of a server, and what its answer means.

import { script } from "../../core/script.ts";
import { type Command, raw, type Script, sh } from "../../core/sh.ts";
import { listBuilds } from "../app/build.ts";
import { askService, findCaddy } from "../caddy/service.ts";
import { listLimits } from "../jail/limits.ts";
import { defineLimited } from "../limited.ts";
import { listLive } from "../live.ts";
import { listClosed } from "../jail/modes.ts";
import { listResolvers } from "../jail/names.ts";
import {
  accessoriesDir,
  bootScript,
  caddyfile,
  caddyProgram,
  hostFile,
  jailInterface,
  jailsDir,
  pfFile,
  probePort,
  rotationFile,
  sitesDir,
  stateDir,
} from "../paths.ts";

/** The parts that the probe reads. */
export interface ProbeOptions {
  /** Directory in which jails live. */
  readonly basePath: string;
  /** Look also at what only `setup` needs: packages, firewall, rc.conf, ports. */
  readonly setup?: boolean;
  /** Ask accessories whether they are well, which takes a moment each. */
  readonly health?: boolean;
  /** The app whose release Caddy is asked for, and whose accessories are; without it all are. */
  readonly app?: string;
  /** Further sections, for one task alone. */
  readonly more?: readonly Section[];
}

/** A name, and a command whose output stands below it. */
export type Section = readonly [name: string, command: Command];

/** The first line of a section; lines of its text begin with `|`. */
const sectionMark = "=== ";
/** The last line of a whole answer. */
const endMark = "=== end";

/** A script that prints all facts, section by section. It changes nothing. */
export function probe(
  { basePath, setup = false, health = setup, app = "*", more = [] }: ProbeOptions,
): Script {
  const sections = [
    ...always(basePath, app),
    ...setup ? forSetup(basePath) : [],
    ...health ? [["well", askAccessories(app)] as const] : [],
    ...more,
  ];
  return script(
    sh`LC_ALL=C; export LC_ALL`,
    ...sections.map(([name, command]) => section(name, command)),
    sh`echo ${endMark}`,
  );
}

/** The answer of a probe: what each section's command printed. */
export type Sections = ReadonlyMap<string, string>;

/** Names of the sections that every answer has. */
export const mandatory: readonly string[] = always("/", "*").map(([name]) => name);

/** Names of those that an answer for setup has besides. */
export const mandatoryForSetup: readonly string[] = forSetup("/").map(([name]) => name);

/**
 * Splits a probe's answer into its sections.
 *
 * @throws {Error} when the answer is cut off, naming the last section that came, or has a section twice
 */
export function parseSections(text: string): Sections {
  const sections = new Map<string, string>();
  let name = "";
  let ended = false;
  for (const line of text.split("\n")) {
    if (line === endMark) ended = true;
    else if (line.startsWith(sectionMark)) {
      name = line.slice(sectionMark.length);
      if (sections.has(name)) throw new Error(`section "${name}" stands in it twice`);
      sections.set(name, "");
    } else if (line.startsWith("|")) sections.set(name, `${sections.get(name) ?? ""}${line.slice(1)}\n`);
  }
  if (!ended) throw new Error(`the answer ends in section "${name || "none"}"`);
  return sections;
}

/** Errors belong to the answer; an empty section has to be told from a missing program. */
function section(name: string, command: Command): Command {
  return sh`echo ${`${sectionMark}${name}`}
{ ${command}
} </dev/null 2>&1 | awk '{ print "|" $0 }'`;
}

function always(basePath: string, app: string): Section[] {
  return [
    ["system", sh`uname -s; uname -m; uname -p; uname -r; freebsd-version -u 2>/dev/null; :`],
    ["now", sh`date -u +%s`],
    ["jails", sh`jls -d -q name path ip4.addr dying`],
    ["base", sh`ls -1A ${basePath} 2>/dev/null; :`],
    ["templates", marks(`${basePath}/.templates`)],
    ["trees", marks(basePath)],
    ["versions", treeVersions(basePath)],
    // Where the kernel has no ZFS yet, zfs would load it.
    [
      "dataset",
      sh`kldstat -q -m zfs 2>/dev/null && zfs list -H -o name,mountpoint ${basePath} 2>/dev/null; :`,
    ],
    ["resolvers", listResolvers],
    ["disk", sh`${nearest(basePath)}; df -k "$d" | tail -n 1`],
    ["host", sh`cat ${hostFile} 2>/dev/null; :`],
    [
      "files",
      sh`cd ${jailsDir} 2>/dev/null && for f in *.conf; do [ -f "$f" ] || continue
release=; while read -r mark word rest; do [ "$mark $word" = '# release:' ] && { release=$rest; break; }; done <"$f"
echo "\${f%.conf} $release"; done; :`,
    ],
    ["accessories", eachFile(accessoriesDir, "*.json")],
    ["journal", eachFile(`${stateDir}/apps`, "*/releases/*/release.json")],
    ["builds", listBuilds(`${stateDir}/apps`)],
    ["sites", eachFile(sitesDir, "*.caddy")],
    ["routed", listLive()],
    ["live", askLive(app)],
    ["caddy", sh`[ -x ${caddyProgram} ] && ${caddyProgram} version; ${findCaddy} | head -n 1; :`],
    ["caddy service", askService],
    ["limits", listLimits],
  ];
}

/** Sets `d` to the directory itself, or to the nearest above it that is there. */
export function nearest(directory: string): Command {
  return sh`d=${directory}; while [ ! -d "$d" ]; do d=$(dirname "$d"); done`;
}

function forSetup(basePath: string): Section[] {
  return [
    ["kernel", sh`freebsd-version -k`],
    [
      "programs",
      sh`for p in jail jls jexec sysrc service fetch tar sha256 lockf daemon pw sockstat nc; do command -v $p >/dev/null || echo $p; done`,
    ],
    ["rc.conf", sh`sh -n /etc/rc.conf; :`],
    [
      "sysrc",
      sh`sysrc -i cloned_interfaces pf_enable pf_rules firewall_enable caddy_enable cron_enable alcaide_enable zfs_enable rcshutdown_timeout 2>&1; :`,
    ],
    ["shutdown", sh`sysctl -n kern.init_shutdown_timeout 2>/dev/null; :`],
    ["interfaces", sh`ifconfig -l`],
    ["loopback", sh`ifconfig ${jailInterface} 2>/dev/null; :`],
    ["routes", sh`netstat -rn -f inet`],
    ["default", sh`route -n get -inet default 2>/dev/null; :`],
    ["listeners", sh`sockstat -4 -6 -l -q -P tcp -p ${`80,443,${probePort}`}`],
    [
      "pf",
      sh`command -v pfctl; [ -e /etc/pf.conf ] && echo /etc/pf.conf; kldstat -q -m pf && echo loaded
pfctl -s info 2>/dev/null | head -n 1; pfctl -s nat 2>/dev/null; :`,
    ],
    ["pf rules", sh`cat ${pfFile} 2>/dev/null; :`],
    ["boot", sh`cat ${bootScript} 2>/dev/null; :`],
    ["caddyfile", sh`cat ${caddyfile} 2>/dev/null; :`],
    ["rotation", sh`cat ${rotationFile} 2>/dev/null; :`],
    ["closed", listClosed(basePath)],
    [
      "zfs",
      // A mount point behind a symbolic link is not the path that the server shows.
      sh`${nearest(basePath)}; [ "$(realpath "$d")" = "$d" ] && kldstat -q -m zfs 2>/dev/null &&
zfs list -H -o name,mountpoint,mounted,canmount,readonly,encryption -t filesystem 2>/dev/null; :`,
    ],
    ["jail paths", sh`cat ${jailsDir}/*.conf 2>/dev/null | sed -n 's/^ *path = "\(.*\)";$/\1/p'; :`],
  ];
}

/** Names and contents of the marks of all directories in one. */
function marks(directory: string): Command {
  return sh`for d in ${directory}/*; do [ -f "$d/.alcaide" ] || continue
mark=; read -r mark <"$d/.alcaide"; echo "$d $mark"; done; :`;
}

/**
 * The version of each tree: its path, then the version. Read, never run: whoever is root in a jail may have put a program
 * of their own there.
 */
function treeVersions(basePath: string): Command {
  return sh`set --
for f in ${basePath}/.templates/*/bin/freebsd-version ${basePath}/*/bin/freebsd-version; do [ ! -f "$f" ] || set -- "$@" "$f"; done
[ $# -eq 0 ] || awk -F '"' '/^USERLAND_VERSION="/ { d = FILENAME; sub("/bin/freebsd-version$", "", d); print d, $2 }' "$@"; :`;
}

/** Every file of a pattern: its path, then its text with a dot before each line. One program reads all, since they may be many. */
function eachFile(directory: string, pattern: string): Command {
  return sh`cd ${directory} 2>/dev/null && { set --
for f in ./${patternOf(pattern)}; do
  [ -f "$f" ] || continue
  if [ -s "$f" ]; then set -- "$@" "$f"; else echo "\${f#./}"; fi
done
[ $# -eq 0 ] || awk 'FNR == 1 { print substr(FILENAME, 3) } { print "." $0 }' "$@"; }; :`;
}

/** Asks every accessory whether it is well: lines `JAIL well` or `JAIL ill`. */
function askAccessories(app: string): Command {
  const files = patternOf(app === "*" ? "*.health" : `${app}_*.health`);
  return sh`${defineLimited}
for f in ${accessoriesDir}/${files}; do [ -f "$f" ] || continue
jail=$(basename "$f" .health); state=ill
jls -j "$jail" jid >/dev/null 2>&1 && limited 1 10 /bin/sh "$f" >/dev/null 2>&1 && state=well
echo "$jail $state"; done; :`;
}

/** Asks Caddy what an app's site serves, or each of ours: lines `APP MARKER`. The tokens stand in the site files. */
export function askLive(app = "*"): Command {
  return sh`cd ${sitesDir} 2>/dev/null && for f in ${patternOf(`${app}.caddy`)}; do [ -f "$f" ] || continue
app=$(basename "$f" .caddy); token=$(sed -n 's/^# token: //p' "$f" | head -n 1)
printf '%s ' "$app"
printf 'GET /.alcaide/live HTTP/1.1\r\nHost: %s.alcaide.internal\r\nX-Alcaide-Probe: %s\r\nConnection: close\r\n\r\n' "$app" "$token" |
nc -w 5 127.0.0.1 ${probePort} | tr -d '\r' | sed -n -e 's/^[Xx]-[Aa]lcaide-[Rr]elease: //p' | head -n 1
echo; done; :`;
}

function patternOf(pattern: string): Command {
  // A pattern for the shell to expand: only characters that mean nothing else to it.
  if (!/^[a-z0-9_.*/]+$/.test(pattern)) throw new TypeError(`Cannot use "${pattern}" as a pattern`);
  return raw(pattern);
}
