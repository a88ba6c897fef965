// The processes of an app beside the web process, in its jail: a service for each instance.

import { type AppProcess, webProcess } from "../../core/process.ts";
import { script } from "../../core/script.ts";
import { type Command, raw, type Script, sh } from "../../core/sh.ts";
import { writeFile } from "../../remote/files.ts";
import { type JailSpec, stopScript } from "../jail/jail.ts";
import {
  appService,
  jailLogDir,
  killedMark,
  programPidFile,
  startedText,
  supervisedText,
} from "../jail/supervised.ts";
import { logDir } from "../paths.ts";
import { appHome, appUser, jailEnvFile } from "./app.ts";

/** A process, as far as its services are called after it. */
export type Named = Pick<AppProcess, "name" | "instances">;

/** A service of ours in a jail: the process and the number of the instance. */
const servicePattern = /^alcaide_([a-z][a-z0-9]*)_(\d+)$/;

/** Names of a process' services: `alcaide_worker_1`. */
export function servicesOf({ name, instances }: Named): string[] {
  return Array.from({ length: instances }, (_, index) => `alcaide_${name}_${index + 1}`);
}

/** Reads a service's name; undefined when it is of no process. */
export function parseService(service: string): { name: string; instance: number } | undefined {
  const [, name, instance] = servicePattern.exec(service) ?? [];
  return name === undefined ? undefined : { name, instance: Number(instance) };
}

/** The same of any service of ours: that of the web process is its only instance. */
export function instanceOf(service: string): { name: string; instance: number } | undefined {
  return service === appService ? { name: webProcess, instance: 1 } : parseService(service);
}

/** For sed: the line of a service that had to be killed, with the service's name before it. */
const named = raw(`"s/^${killedMark}/$service &/p"`);

/** Text of the script that stops services side by side, and says which of them had to be killed. */
function stopText(): string {
  return `#!/bin/sh
# Made by alcaide: stops the app's services side by side. Changes are overwritten.
cd /usr/local/etc/rc.d || exit 0
[ $# -gt 0 ] || set -- 'alcaide_*'
for pattern; do
	for service in $pattern; do
		[ ! -f "$service" ] || /usr/sbin/service "$service" onestop 2>/dev/null | sed -n ${named.text} &
	done
done
wait
exit 0
`;
}

/** Puts the services of processes into a jail's tree. None starts yet. */
export function installProcesses(
  { path }: Pick<JailSpec, "path">,
  release: string,
  processes: readonly AppProcess[],
): Script {
  return script(
    writeFile(`${path}${stopScript}`, stopText(), { mode: 0o555 }),
    ...processes.flatMap((one) => installProcess(path, release, one)),
  );
}

function installProcess(path: string, release: string, process: AppProcess): Script[] {
  const startFile = `/usr/local/etc/alcaide/start.${process.name}`;
  return [
    writeFile(`${path}${startFile}`, startedText(`cd ${appHome} && exec ${process.start}`), { mode: 0o755 }),
    ...servicesOf(process).map((service, index) =>
      writeFile(
        `${path}/usr/local/etc/rc.d/${service}`,
        supervisedText({
          service,
          envFile: jailEnvFile,
          user: appUser,
          startFile,
          log: `${jailLogDir}/${release}.${process.name}.${index + 1}.log`,
          childPidFile: programPidFile(service),
          stopTimeout: process.stopTimeout,
        }),
        { mode: 0o555 },
      )
    ),
  ];
}

/** Says which services of processes the jail's own boot starts: all of these, and no other of all or of one process. */
export function enableProcesses(
  { path }: Pick<JailSpec, "path">,
  processes: readonly Named[],
  of = "*",
): Script {
  return script(
    sh`rm -f ${`${path}/etc/rc.conf.d/`}${raw(`alcaide_${of}_*`)}`,
    ...processes.flatMap(servicesOf).map((service) =>
      writeFile(`${path}/etc/rc.conf.d/${service}`, `${service}_enable="YES"\n`)
    ),
  );
}

/** Starts services of a jail that don't run; they must be enabled. */
export function startServices({ name }: Pick<JailSpec, "name">, services: readonly string[]): Command {
  if (services.length === 0) return sh`:`;
  // As for the app: no status of a start proves anything.
  return sh`runs() { jexec ${name} /usr/sbin/service "$1" status >/dev/null 2>&1; }
for service in ${services}; do
  runs "$service" || jexec ${name} /usr/sbin/service "$service" start
done
for service in ${services}; do
  tries=0
  until runs "$service"; do
    tries=$((tries + 1))
    [ "$tries" -lt 25 ] || { echo "The supervisor of $service did not start" >&2; exit 1; }
    sleep 0.2
  done
done`;
}

/** Stops the services of processes side by side, whatever their number; prints `SERVICE killed after N s` of those that had to be. */
export function stopProcesses({ name }: Pick<JailSpec, "name">, processes: readonly string[]): Command {
  const patterns = processes.map((process) => `alcaide_${process}_*`);
  return sh`if jls -j ${name} jid >/dev/null 2>&1; then jexec ${name} /bin/sh ${stopScript} ${patterns}; fi`;
}

/** Stops services of a jail side by side; prints the same. They start again with the jail unless they are disabled. */
export function stopServices({ name }: Pick<JailSpec, "name">, services: readonly string[]): Command {
  if (services.length === 0) return sh`:`;
  return sh`for service in ${services}; do
  jexec ${name} /usr/sbin/service "$service" onestop 2>/dev/null | sed -n ${named} &
done
wait`;
}

/** Seconds that a process has to stay up after its start. */
const steadySeconds = 5;

/**
 * Looks whether the programs of services stay up: for each that ended it prints `down SERVICE` and then its last lines. Ends
 * with status 1 when `strict` and one did.
 */
export function watchServices(
  { path }: Pick<JailSpec, "path">,
  at: { readonly app: string; readonly release: string },
  services: readonly string[],
  { strict }: { readonly strict: boolean },
): Command {
  if (services.length === 0) return sh`:`;
  const logs = `${logDir}/${at.app}/${at.release}`;
  return sh`seen() { for service in ${services}; do pid=$(cat ${path}${
    raw(programPidFile("$service"))
  } 2>/dev/null); echo "$service $pid"; done; }
sleep 1; first=$(seen); sleep ${steadySeconds - 1}
down=$({ echo "$first"; seen; } | awk '$1 in pid { if ($2 == "" || $2 != pid[$1]) print $1; next } { pid[$1] = $2 }')
for service in $down; do
  echo "down $service"
  log=\${service#alcaide_}; log=${logs}.\${log%_*}.\${log##*_}.log
  tail -n 10 "$log" 2>/dev/null | sed 's/^/| /'
done
${strict ? sh`[ -z "$down" ]` : sh`:`}`;
}

/** A killed service in words of a line that stopping prints; undefined for any other line. */
export function killedService(line: string): { process: string; seconds: number } | undefined {
  const [, service, seconds] = new RegExp(`^(?:(\\S+) )?${killedMark}(\\d+) s$`).exec(line) ?? [];
  if (seconds === undefined) return undefined;
  return { process: parseService(service ?? "")?.name ?? "", seconds: Number(seconds) };
}
