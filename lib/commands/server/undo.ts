// Writing down the state of a server before setup, and taking back what setup made of it.

import { basename, dirname } from "node:path";
import { script } from "../../core/script.ts";
import { type Command, raw, type Script, sh } from "../../core/sh.ts";
import { importPattern } from "../caddy/caddyfile.ts";
import { withoutAsk } from "../caddy/on_demand.ts";
import { findCaddy, reloadCaddy } from "../caddy/service.ts";
import { listDatasets, refuseInside } from "../jail/tree.ts";
import { listOwn, type OwnFiles, removeOwn } from "../own_files.ts";
import {
  accessoriesDir,
  accessoryLogs,
  assetsRoot,
  bootScript,
  caddyfile,
  caddyProgram,
  cronFile,
  etcDir,
  historyDir,
  jailInterface,
  jailsDir,
  liveRoot,
  logDir,
  pfFile,
  rotationFile,
  scheduleLogs,
  schedulesDir,
  setupWork,
  sitesDir,
  stateDir,
} from "../paths.ts";
import { baseMark } from "./dataset.ts";
import { setRc, unsetRc } from "./rc_conf.ts";
import { reopenScript } from "./rotation.ts";

/** The record of what a server had before the first setup. */
const beforeFile = `${stateDir}/before`;

/** Variables of rc.conf that setup sets. */
export const setVariables = [
  "cloned_interfaces",
  "zfs_enable",
  "pf_enable",
  "pf_rules",
  "caddy_enable",
  "alcaide_enable",
] as const;

/** Directories and files that setup makes beside our own. */
function sharedPaths(basePath: string): string[] {
  const rest = basePath.split("/").slice(1);
  const above = rest.map((_, index) => `/${rest.slice(0, index + 1).join("/")}`);
  const etc = ["", "/rc.d", "/caddy", "/caddy/conf.d", "/cron.d"].map((path) => `/usr/local/etc${path}`);
  const www = dirname(assetsRoot);
  return [...above, ...etc, www, caddyfile, dirname(rotationFile)];
}

/**
 * Writes down what a server has, unless that was done before: `absent PATH`, `had NAME`, `set VARIABLE` for those that rc.conf
 * sets, `rc VARIABLE VALUE` for all.
 */
export function recordBefore(basePath: string): Command {
  const names = raw(setVariables.join("|"));
  return sh`if [ ! -e ${beforeFile} ]; then
before=$(for path in ${sharedPaths(basePath)}; do [ -e "$path" ] || echo "absent $path"; done
  [ ! -x ${caddyProgram} ] || echo had caddy
  ${findCaddy} >/dev/null 2>&1 && echo had running
  kldstat -q -m pf && echo had pf
  ifconfig ${jailInterface} >/dev/null 2>&1 && echo had interface
  cat /etc/rc.conf /etc/rc.conf.local 2>/dev/null | sed -n -E ${`s/^(${names.text})=.*/set \\1/p`}
  sysrc -i ${setVariables} 2>/dev/null | sed 's/^/rc /; s/: / /')
printf '%s\n' "$before" >${beforeFile}.new && [ "$(cat ${beforeFile}.new)" = "$before" ] && mv -f ${beforeFile}.new ${beforeFile} ||
{ rm -f ${beforeFile}.new; echo ${`${beforeFile} could not be written`} >&2; exit 1; }
fi`;
}

/** Our directories, the deepest first. */
const ownDirectories: readonly OwnFiles[] = [
  ...[
    ...[
      jailsDir,
      liveRoot,
      schedulesDir,
      `${etcDir}/tls`,
      accessoryLogs,
      scheduleLogs,
      logDir,
      accessoriesDir,
      assetsRoot,
    ],
    `${stateDir}/apps`,
  ].map((directory) => ({ directory, files: "" })),
  { directory: historyDir, files: "*.jsonl* lock" },
  { directory: sitesDir, files: ".shared", trees: ".check" },
  { directory: etcDir, files: `${basename(pfFile)}* ${basename(reopenScript)}*` },
  { directory: stateDir, files: "host.json* lock setup.lock before*", trees: basename(setupWork) },
];

/** Prints that record, what is left in our directories as `listOwn()` does, and the datasets below the base path's. */
export function listServer(basePath: string): Script {
  return script(
    sh`[ ! -f ${beforeFile} ] || sed 's/^/before /' ${beforeFile}`,
    ...ownDirectories.map((own) =>
      sh`( ${listOwn(own)}
)`
    ),
    listDatasets(basePath),
  );
}

/** Ends a script on a server that has an app: one may have come since. */
export function refuseApps(): Command {
  return sh`if [ -n "$(ls -A ${`${stateDir}/apps`} 2>/dev/null)" ]; then
  echo 'There is an app on the server' >&2; exit 1
fi`;
}

/** The value that a variable had in rc.conf; undefined when it was not set there. */
export type Earlier = string | undefined;

/** Gives a variable of rc.conf its earlier value. */
export function restoreVariable(name: typeof setVariables[number], earlier: Earlier): Command {
  return earlier === undefined ? unsetRc(name) : setRc(`${name}=${earlier}`);
}

/** The parts of Caddy that go with our line. */
export interface CaddyUndo {
  /** The Caddyfile was not there before. */
  readonly absent: boolean;
  /** Setup installed the package. */
  readonly installed: boolean;
  /** Caddy ran before. */
  readonly ran: boolean;
  /** The earlier value of `caddy_enable`; null to leave it. */
  readonly enabled: Earlier | null;
}

/**
 * Takes our line out of the Caddyfile. Where that is then as it was before setup, nobody else uses the Caddy that setup
 * brought or started: that ends, too.
 */
export function undoCaddy({ absent, installed, ran, enabled }: CaddyUndo): Script {
  const beside = `${caddyfile}.alcaide-check`;
  const earlier = `${caddyfile}.before-alcaide`;
  const only = script(
    ...ran ? [] : [sh`${findCaddy} >/dev/null 2>&1 && service caddy stop >/dev/null; :`],
    ...enabled === null ? [] : [restoreVariable("caddy_enable", enabled)],
    ...installed ? [sh`if pkg info -e caddy; then pkg delete -y caddy >/dev/null; fi`] : [],
    ...absent ? [sh`rm -f ${caddyfile}`] : [],
  );
  return script(
    sh`if grep -q -x ${importPattern} ${caddyfile} 2>/dev/null; then
  cp -p ${caddyfile} ${beside} && grep -v -x ${importPattern} ${caddyfile} | ${withoutAsk} >${beside} && mv -f ${beside} ${caddyfile} || exit 1
fi`,
    removeOwn({ directory: sitesDir, files: ".shared", trees: ".check" }),
    sh`if [ ! -e ${caddyfile} ] || [ "$(cat ${caddyfile})" = "$(cat ${earlier} 2>/dev/null || echo none)" ]; then
${only}
fi`,
    reloadCaddy,
    sh`rm -f ${earlier}`,
  );
}

/** Takes our translation out of force. */
export function undoPf(
  { enable, rules, loaded }: { enable: Earlier; rules: Earlier; loaded: boolean },
): Script {
  return script(
    sh`service pf stop >/dev/null 2>&1; :`,
    restoreVariable("pf_enable", enable),
    restoreVariable("pf_rules", rules),
    loaded ? sh`:` : sh`if kldstat -q -m pf; then kldunload pf; fi`,
    sh`rm -f ${pfFile}`,
  );
}

/** Removes the boot script, the rotation of logs and cron's file, if they are ours. */
export function undoFiles(): Script {
  return script(
    sh`for file in ${[bootScript, rotationFile, cronFile]}; do
  if [ -e "$file" ]; then grep -q '^# Made by alcaide' "$file" || { echo "$file has no mark of ours, so it is left alone" >&2; exit 1; }; fi
done`,
    restoreVariable("alcaide_enable", undefined),
    sh`rm -f ${[bootScript, rotationFile, cronFile, reopenScript]}`,
  );
}

/** Removes the base path, if nothing else is in it: the dataset that setup made, or the directory. */
export function removeBase(basePath: string, dataset: string | undefined, absent: readonly string[]): Script {
  const inside = `${basePath}/.templates`;
  return script(
    sh`if [ -d ${inside} ]; then
  rm -f ${inside}/.*.newest*
  rm -rfx ${[`${inside}/.download`, `${inside}/.update`]}; rmdir ${inside}
fi`,
    dataset === undefined
      ? sh`:`
      : sh`if [ "$(zfs get -H -o value -s local ${baseMark} ${dataset} 2>/dev/null)" = ${basePath} ]; then
${refuseInside(dataset)}
  if [ -n "$(ls -A ${basePath})" ]; then echo ${`${basePath} is not empty`} >&2; exit 1; fi
  zfs destroy ${dataset}
fi`,
    removeAbsent(absent),
  );
}

/** Removes the interface of jails, unless it has addresses. */
export function undoLoopback(wasSet: boolean): Script {
  return script(
    sh`if ifconfig ${jailInterface} 2>/dev/null | grep -q 'inet '; then
  echo ${`${jailInterface} has addresses, so it is left alone`} >&2; exit 1
fi`,
    sh`if ifconfig ${jailInterface} >/dev/null 2>&1; then ifconfig ${jailInterface} destroy; fi`,
    setRc(`cloned_interfaces-=${jailInterface}`),
    wasSet ? sh`:` : sh`[ -n "$(sysrc -i -n cloned_interfaces)" ] || sysrc -x cloned_interfaces`,
  );
}

/** Removes our directories, then those that setup made beside them, as far as they are empty. */
export function removeDirectories(absent: readonly string[]): Script {
  return script(...ownDirectories.map(removeOwn), removeAbsent(absent));
}

/** Directories that were not there before, the deepest first; with something in them they stay. */
function removeAbsent(paths: readonly string[]): Command {
  const sorted = paths.toSorted().reverse();
  return sorted.length === 0 ? sh`:` : sh`for path in ${sorted}; do rmdir "$path" 2>/dev/null; done; :`;
}
