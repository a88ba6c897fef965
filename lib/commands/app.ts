/**
 * The app in its jail: installed, started, watched, stopped.
 *
 * @module
 */

import type { Secret } from "../core/secret.ts";
import { script } from "../core/script.ts";
import { type Command, type Expression, quoteAlways, type Script, sh, word } from "../core/sh.ts";
import { makeDirectory, writeFile } from "../remote/files.ts";
import type { JailSpec } from "./jail.ts";
import { type HostNames, writeNames } from "./names.ts";
import { installPackages } from "./packages.ts";
import { artifactFile, envFile, logDir, logFile } from "./paths.ts";
import { appService, startedText, supervisedText } from "./supervised.ts";
import { carryVariables, withVariables } from "./variables.ts";

/** The app's user and directory in its jails. */
export const appUser = "app";
/** Where a release lies in its jail. */
export const appHome = "/app";
/** Where logs are in a jail: the host's directory, mounted. */
export const jailLogDir = "/var/log/alcaide";

const serviceFile = `/usr/local/etc/rc.d/${appService}`;
const startFile = "/usr/local/etc/alcaide/start";
const jailEnvFile = "/usr/local/etc/alcaide/env";
const childPidFile = `/var/run/${appService}.child.pid`;
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
  /** The command that starts it, as the user wrote it. */
  readonly start: string;
  /** The port that it listens on. */
  readonly port: number;
  /** Packages that the jail has. */
  readonly packages: readonly string[];
  /** Other jails that it knows by name: its accessories. */
  readonly hosts?: readonly HostNames[];
}

/** Every name and value quoted, a line each, for a shell to read. Values may hold anything but NUL. */
export function envText(env: Readonly<Record<string, string | Secret>>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}=${quoteAlways(typeof value === "string" ? value : value.reveal())}\n`)
    .join("");
}

/** Text of the app's rc script. */
export function serviceText(release: string): string {
  return supervisedText({
    envFile: jailEnvFile,
    user: appUser,
    startFile,
    log: `${jailLogDir}/${release}.log`,
    childPidFile,
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
    ...spec.packages.length === 0 ? [] : [installPackages(path, spec.packages)],
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
    writeFile(at(startFile), startText(spec.start), { mode: 0o755 }),
    writeFile(at(serviceFile), serviceText(release), { mode: 0o555 }),
    setEnabled(path, false),
    writeNames(spec.jail, spec.hosts),
    ...(spec.jail.mounts ?? []).flatMap(({ host, jail }) => [
      sh`[ -d ${host} ] || install -d -o ${uid} -g ${uid} -m 0750 ${host}`,
      ...jail === jailLogDir ? [] : [tellOwner(host, uid)],
    ]),
  );
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

/** Stops the app if it runs, now and for every later start of its jail. */
export function stopApp({ name, path }: Pick<JailSpec, "name" | "path">): Command {
  return sh`if [ -d ${`${path}/etc/rc.conf.d`} ]; then
${setEnabled(path, false)}
fi
if jls -j ${name} jid >/dev/null 2>&1; then
  jexec ${name} /usr/sbin/service ${appService} onestop >/dev/null 2>&1; :
fi`;
}

/** How {@linkcode checkApp} looks. */
export interface CheckOptions {
  readonly path: string;
  /** The Host header. */
  readonly host: string;
  /** X-Forwarded-Proto. */
  readonly proto: "http" | "https";
  readonly status: readonly [number, number];
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds. */
  readonly interval: number;
}

/**
 * Waits on the server until the app in its jail answers well, and prints `probe N STATUS`, at last `well`. Raw HTTP at the
 * jail's own address; redirects are not followed; the listener must be the jail's. A redirect to the same address over HTTPS,
 * and no cookie with it, is told as `redirect URL` when it was asked as over HTTP, and is not well when as over HTTPS: it
 * would never end. On giving up it prints sections
 * (`# log`, `# processes`, `# sockets`, `# answer`) that say why, and ends with status 1.
 */
export function checkApp(spec: AppSpec, options: CheckOptions): Command {
  const { name, ip4, path } = spec.jail;
  const [least, most] = options.status;
  const request =
    `GET ${options.path} HTTP/1.1\r\nHost: ${options.host}\r\nX-Forwarded-Proto: ${options.proto}\r\n` +
    `X-Forwarded-For: 127.0.0.1\r\nUser-Agent: alcaide\r\nAccept: */*\r\nConnection: close\r\n\r\n`;
  const itself = `https://${options.host}${options.path}`;
  const loops = options.proto === "https"
    ? sh`state="$status to itself"`
    : sh`{ echo "redirect $where"; where=; }`;
  return sh`LC_ALL=C; export LC_ALL
deadline=$(( $(date +%s) + ${Math.ceil(options.timeout / 1000)} ))
count=0; exits=0; before=
log=${logFile(spec.app, spec.release)}
while :; do
  count=$((count + 1))
  answer=$(printf %s ${request} | nc -w 5 ${ip4} ${spec.port} 2>/dev/null | head -c 2000 | tr -d '\000')
  status=$(printf '%s\n' "$answer" | sed -n -e '1s/^HTTP\/1\.[01] \([0-9][0-9][0-9]\).*/\1/p')
  ours=$(sockstat -4 -l -q -j ${name} -P tcp -p ${spec.port})
  if [ -z "$status" ]; then state='no answer'; [ -n "$answer" ] && state='not HTTP'; else state=$status; fi
  where=$(printf '%s\n' "$answer" | tr -d '\r' | awk '/^$/ { exit }
    tolower($1) == "location:" { sub(/:443\//, "/", $2); to = $2 }
    tolower($1) == "set-cookie:" { cookie = 1 }
    END { if (!cookie) print to }')
  case $status in 3*) ;; *) where= ;; esac
  [ "$where" = ${itself} ] || where=
  [ -z "$where" ] || ${loops}
  if [ -n "$status" ] && [ -z "$ours" ]; then state="$status from another process"; fi
  echo "probe $count $state"
  if [ -n "$status" ] && [ -n "$ours" ] && [ -z "$where" ] && [ "$status" -ge ${least} ] && [ "$status" -le ${most} ]; then
    echo well; exit 0
  fi
  child=$(cat ${`${path}${childPidFile}`} 2>/dev/null)
  if [ -n "$before" ] && [ "$child" != "$before" ]; then exits=$((exits + 1)); fi
  before=$child
  if [ "$exits" -ge 4 ] && [ -z "$status" ]; then echo "exits $exits"; break; fi
  [ "$(date +%s)" -lt "$deadline" ] || break
  sleep ${String(Math.max(0.1, options.interval / 1000))}
done
echo '# log'; tail -n 30 "$log" 2>/dev/null
echo '# processes'; ps -xww -o pid,user,command -J ${name}
echo '# sockets'; sockstat -4 -6 -l -q -j ${name}
echo '# answer'; printf '%s\n' "$answer"
exit 1`;
}

/**
 * A command in the app's jail as the app's user, in its directory, with the release's environment. The environment is
 * read on the host by root and inherited, so no value stands in an argument. The command is one: it must hold no secret.
 */
export function asApp(spec: Pick<AppSpec, "app" | "release" | "jail">, command: Command): Script {
  return script(
    sh`unset SSH_CLIENT SSH_CONNECTION SSH_TTY SSH_AUTH_SOCK MAIL MM_CHARSET BLOCKSIZE
PATH=${searchPath}; HOME=${appHome}; USER=${appUser}; LOGNAME=${appUser}; SHELL=/bin/sh; LANG=C.UTF-8
export PATH HOME USER LOGNAME SHELL LANG`,
    carryVariables(envFile(spec.app, spec.release)),
    sh`exec /usr/sbin/jexec -U ${appUser} ${spec.jail.name} /bin/sh -c ${
      word(withVariables(appHome, command))
    }`,
  );
}

/** Waits until the old jail has no connection in use, or the limit: prints what is left. */
export function drainApp({ ip4 }: Pick<JailSpec, "ip4">, port: number, limit: number): Command {
  // sockstat also shows what no process holds (from 15 on with "??"). What waits for being accepted, or has still to be
  // sent, counts; what both sides are done with doesn't: the kernel forgets it only a minute later.
  return sh`deadline=$(( $(date +%s) + ${Math.ceil(limit / 1000)} ))
while :; do
  left=$(sockstat -4 -c -q -s -P tcp -p ${port} |
    awk -v local=${`${ip4}:${port}`} '$6 == local && !($3 ~ /^[?]/ && /TIME_WAIT|FIN_WAIT_2/) { count++ } END { print count + 0 }')
  [ "$left" -eq 0 ] && break
  [ "$(date +%s)" -lt "$deadline" ] || break
  sleep 0.5
done
echo "left $left"`;
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
