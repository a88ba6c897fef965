// The app in its jail: installed, started, watched, stopped.

import { type AppProcess, hasWeb } from "../../core/process.ts";
import type { Assets } from "../../core/release.ts";
import type { Secret } from "../../core/secret.ts";
import { script } from "../../core/script.ts";
import { slots } from "../../core/slot.ts";
import { type Command, type Expression, type Script, sh, word } from "../../core/sh.ts";
import { makeDirectory, writeFile } from "../../remote/files.ts";
import { askDisk, type JailSpec, stopScript } from "../jail/jail.ts";
import { type HostNames, writeNames } from "../jail/names.ts";
import { artifactFile, envFile, fstabFile, jailName, logDir } from "../paths.ts";
import {
  appService,
  jailLogDir,
  killedMark,
  programPidFile,
  startedText,
  supervisedText,
} from "../jail/supervised.ts";
import { carryVariables, ofSession, withVariables } from "../jail/variables.ts";

/** The app's user and directory in its jails. */
export const appUser = "app";
/** Where a release lies in its jail. */
export const appHome = "/app";

const serviceFile = `/usr/local/etc/rc.d/${appService}`;
const startFile = "/usr/local/etc/alcaide/start";
/** The environment of the release, in its jail. */
export const jailEnvFile = "/usr/local/etc/alcaide/env";
/** Where the app's own process id is, in its jail. */
export const childPidFile = programPidFile(appService);
/** The PATH that commands in a jail get. */
export const searchPath = "/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin";

/** A release in a jail. */
export interface AppSpec {
  /** The app's name. */
  readonly app: string;
  /** Id of the release. */
  readonly release: string;
  /** The jail that it runs in. */
  readonly jail: JailSpec;
  /** The app's user id. */
  readonly uid: number;
  /** The command that starts its web process, as the user wrote it; empty where it has none. */
  readonly start: string;
  /** Seconds that its web process gets to end. Default: those of the jail. */
  readonly stopTimeout?: number;
  /** Its other processes. */
  readonly processes?: readonly AppProcess[];
  /** The port that it listens on. */
  readonly port: number;
  /** Packages that the jail has. */
  readonly packages: readonly string[];
  /** Other jails that it knows by name: its accessories. */
  readonly hosts?: readonly HostNames[];
  /** Files of it that Caddy serves. */
  readonly assets?: Assets;
}

/** Text of the app's rc script. */
export function serviceText(release: string, stopTimeout?: number): string {
  return supervisedText({
    envFile: jailEnvFile,
    user: appUser,
    startFile,
    log: `${jailLogDir}/${release}.log`,
    childPidFile,
    ...stopTimeout === undefined ? {} : { stopTimeout },
  });
}

/** Text of the script that becomes the app. */
export const startText = (start: string): string => startedText(`cd ${appHome} && exec ${start}`);

/** Puts the release, its user, its environment and its service into a jail's tree. The app doesn't start yet. */
export function installApp(spec: AppSpec): Script {
  const { app, release, uid, jail: { path } } = spec;
  const at = (file: string) => `${path}${file}`;
  return script(
    sh`pw -R ${path} useradd ${appUser} -u ${uid} -d ${appHome} -s /usr/sbin/nologin -w no -c ${app}
case $? in 0 | 65) ;; *) exit 1 ;; esac`,
    sh`rm -rfx ${at(appHome)} && install -d -o ${uid} -g ${uid} -m 0755 ${at(appHome)}`,
    sh`tar -C ${at(appHome)} --no-fflags --no-same-owner -xf ${artifactFile(app, release)}`,
    sh`# A release of Erlang writes there what its configuration becomes, secrets included, for everybody to read.
if [ -f ${at(`${appHome}/releases/start_erl.data`)} ]; then
  rm -rfx ${at(`${appHome}/tmp`)} && mkdir -m 0700 ${at(`${appHome}/tmp`)}
fi`,
    sh`chown -R -h ${`${uid}:${uid}`} ${at(appHome)}`,
    makeDirectory(at("/usr/local/etc/rc.d")),
    makeDirectory(at("/usr/local/etc/alcaide")),
    makeDirectory(at("/etc/rc.conf.d")),
    sh`rm -f ${at(jailEnvFile)} && install -m 0600 -o root -g wheel ${envFile(app, release)} ${
      at(jailEnvFile)
    }`,
    ...!hasWeb(spec) ? [] : [
      writeFile(at(startFile), startText(spec.start), { mode: 0o755 }),
      writeFile(at(serviceFile), serviceText(release, spec.stopTimeout ?? spec.jail.stopTimeout), {
        mode: 0o555,
      }),
      setEnabled(path, false),
    ],
    writeNames(spec.jail, spec.hosts),
    ...(spec.jail.mounts ?? []).flatMap(({ host, jail }) => [
      ...jail === jailLogDir ? [] : [refuseLost(spec, host)],
      sh`[ -d ${host} ] || install -d -o ${uid} -g ${uid} -m 0750 ${host}`,
      ...jail === jailLogDir ? [] : [tellOwner(host, uid)],
    ]),
  );
}

/** A volume that the app's other jail has is never made anew: the app would begin without its data. */
function refuseLost({ app, jail }: AppSpec, host: string): Command {
  return sh`if [ ! -d ${host} ] && cat ${slots.map((slot) => fstabFile(jailName(app, slot)))} 2>/dev/null |
  awk -v host=${host} -v own=${jail.path} '$1 == host && index($2, own "/") != 1 { found = 1 } END { exit !found }'; then
  echo ${`The volume ${host} is not there, and the app had it. ${askDisk} Make it by hand to begin without its data`} >&2
  exit 1
fi`;
}

/** Tells whose a directory is in which the app can't write: a line `volume DIRECTORY OWNER`. */
function tellOwner(host: string, uid: number): Command {
  return sh`ls -ldn ${`${host}/.`} | awk -v id=${String(uid)} -v dir=${host} '
  $3 == id || ($4 == id && substr($1, 6, 1) == "w") || substr($1, 9, 1) == "w" { exit }
  { print "volume", dir, $3 }'`;
}

/** Says whether the jail's own boot starts the app. */
export function setEnabled(path: string, enabled: boolean): Script {
  const text = `${appService}_enable="${enabled ? "YES" : "NO"}"\n`;
  return writeFile(`${path}/etc/rc.conf.d/${appService}`, text);
}

/** Starts the app, now and at every start of its jail. */
export function startApp({ jail }: Pick<AppSpec, "jail">): Script {
  return script(
    setEnabled(jail.path, true),
    // The start's status proves nothing: rc says 0 also when it does nothing, and 1 when the jail's own start was
    // quicker. The supervisor has to be there afterwards; not at once, for daemon has ended for its caller before what it
    // leaves behind writes its process id.
    sh`if ! ${appRuns(jail.name)}; then
  jexec ${jail.name} /usr/sbin/service ${appService} start
  tries=0
  until ${appRuns(jail.name)}; do
    tries=$((tries + 1))
    [ "$tries" -lt 25 ] || { echo 'The supervisor of the app did not start' >&2; exit 1; }
    sleep 0.2
  done
fi`,
  );
}

function appRuns(jail: string): Expression {
  return sh`jexec ${jail} /usr/sbin/service ${appService} status >/dev/null 2>&1`;
}

/** Stops the app if it runs, now and for every later start of its jail. Prints `killed after N s` when it had to be. */
export function stopApp({ name, path, together }: Pick<JailSpec, "name" | "path" | "together">): Command {
  if (together) {
    return sh`rm -f ${`${path}/etc/rc.conf.d/`}alcaide_*
if jls -j ${name} jid >/dev/null 2>&1; then jexec ${name} /bin/sh ${stopScript}; fi`;
  }
  return sh`if [ -d ${`${path}/etc/rc.conf.d`} ]; then
${setEnabled(path, false)}
fi
if jls -j ${name} jid >/dev/null 2>&1; then
  jexec ${name} /usr/sbin/service ${appService} onestop 2>/dev/null | grep ${`^${killedMark}`}; :
fi`;
}

/**
 * A command in the app's jail as its user, in its directory. Root reads the environment on the host, so no value is an argument;
 * the command is one, and must hold no secret.
 */
export function asApp(spec: Pick<AppSpec, "app" | "release" | "jail">, command: Command): Script {
  return script(
    sh`unset ${ofSession}
PATH=${searchPath}; HOME=${appHome}; USER=${appUser}; LOGNAME=${appUser}; SHELL=/bin/sh; LANG=C.UTF-8
export PATH HOME USER LOGNAME SHELL LANG`,
    carryVariables(envFile(spec.app, spec.release)),
    sh`exec /usr/sbin/jexec -U ${appUser} ${spec.jail.name} /bin/sh -c ${
      word(withVariables(appHome, command))
    }`,
  );
}

/** Makes the app's directory of logs, which its jails see. */
export function makeLogDirectory(app: string): Command {
  return makeDirectory(`${logDir}/${app}`, 0o750);
}

/** Gives a jail another environment than its release's own, readable by root alone. */
export function writeJailEnv({ path }: Pick<JailSpec, "path">, text: Secret): Command {
  return writeFile(`${path}${jailEnvFile}`, text, { mode: 0o600 });
}

/** Writes the environment of a release, readable by root alone. */
export function writeEnv(app: string, release: string, text: Secret): Command {
  return writeFile(envFile(app, release), text, { mode: 0o600 });
}
