// Locks that the server's kernel frees when our connection ends, and the fence that keeps orphans from acting.

import { script } from "../core/script.ts";
import { hasShape } from "../core/shape.ts";
import { type Command, document, type Script, sh, word } from "../core/sh.ts";
import { defineRemember } from "./history.ts";
import { dropSetupWork } from "./own_files.ts";
import { appDir, historyDir, hostLock, stateDir, workDir } from "./paths.ts";

/** Seconds without a sign of life after which a lock's holder lets go. */
export const heartbeatLimit = 30;

/** Status of our scripts when somebody else holds the lock, or has held it since. */
export const lockedStatus = 75;

/** The message of a script that stops because somebody else has the lock by now. */
export const overtaken = "Another deploy has begun since";

/** The contents of the file beside a lock. */
export interface Holder {
  /** `user@machine`. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** The work done under it: "deploy". */
  readonly what: string;
}

/** Reads who holds a lock; undefined where that can't be read: the holder has just begun, or has just ended. */
export function parseHolder(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Holder;
    return hasShape(holder, { by: "string", since: "string", what: "string" }) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Takes an app's lock and holds it as long as lines come in: prints `locked N`, where N is the new fence number, or ends
 * with {@linkcode lockedStatus} after printing who holds it. Detached work of an earlier lock is forgotten.
 */
export function holdLock(app: string, holder: Holder): Script {
  const dir = appDir(app);
  const file = (name: string) => `${dir}/${name}`;
  const held = script(
    tellHolder(app, holder),
    raiseFence(app),
    sh`rm -rfx ${workDir(app)}`,
    untilEnd(app),
  );
  return script(
    sh`mkdir -p ${dir}/releases ${historyDir} && chmod 700 ${stateDir} ${dir} ${historyDir}`,
    dropSetupWork(),
    sh`for try in 1 2 3 4 5 6 7 8 9 10; do
  lockf -k -s -t 0 ${file("lock")} /bin/sh -c ${word(held)}
  status=$?
  [ "$status" -eq ${lockedStatus} ] || exit "$status"
  # A lock that is only probed is held briefly; the holder's name follows.
  [ "$try" -gt 1 ] && [ -s ${file("lock.info")} ] && break
  sleep 0.2
done
cat ${file("lock.info")} 2>/dev/null
exit "$status"`,
  );
}

/**
 * Takes a lock again that got lost with its connection, under its number. The server may take a while to notice the loss. It ends with
 * {@linkcode lockedStatus} when somebody else has had the lock since.
 */
export function retakeLock(app: string, holder: Holder, fence: number): Command {
  const held = script(
    refuseOvertaken(app, fence),
    tellHolder(app, holder),
    sh`fence=${fence}`,
    untilEnd(app),
  );
  return sh`lockf -k -s -t ${heartbeatLimit + 5} ${`${appDir(app)}/lock`} /bin/sh -c ${word(held)}`;
}

function tellHolder(app: string, holder: Holder): Script {
  const file = (name: string) => `${appDir(app)}/${name}`;
  return script(
    defineRemember(app),
    // Its holder was killed, or the server went down.
    sh`${recordHolder(app)}; rm -f ${file("lock.info")} ${file("lock.release")}`,
    sh`printf '%s\n' ${JSON.stringify(holder)} >${file("lock.info.new")} && mv -f ${file("lock.info.new")} ${
      file("lock.info")
    }`,
  );
}

/**
 * Detached work goes with a lock that is given back; where only its connection got lost, somebody may come back for it. The
 * holder sends its record last, behind how many of them stay. Without one the history gets what is known: who holds it.
 */
function untilEnd(app: string): Command {
  const file = (name: string) => `${appDir(app)}/${name}`;
  return sh`echo "locked $fence"
beat=
while read -r -t ${heartbeatLimit} beat record; do
  case $beat in
  end) rm -rfx ${workDir(app)}; break ;;
  [0-9]*) remember "$record" "$beat" && echo recorded ;;
  esac
  [ -e ${file("lock.release")} ] && break
done
[ "$beat" = end ] || ${recordHolder(app)}
rm -f ${file("lock.info")} ${file("lock.release")}`;
}

/** Has the history know of a holder that could not say how its work ended; the next record drops what is too old. */
function recordHolder(app: string): Command {
  const info = `${appDir(app)}/lock.info`;
  return sh`[ ! -s ${info} ] || remember "$(cat ${info})" 1000000`;
}

/** Prints who holds an app's lock, as JSON; `?` when nobody knows who; nothing when it is free. */
export function askLock(app: string): Command {
  const dir = appDir(app);
  return sh`[ -d ${dir} ] || exit 0
lockf -k -s -t 0 ${`${dir}/lock`} true
[ $? -eq ${lockedStatus} ] && { cat ${`${dir}/lock.info`} 2>/dev/null || echo '?'; }; :`;
}

/** Takes an app's lock away: a higher fence stops its holder's scripts, and its process ends at its next sign of life. */
export function releaseLock(app: string): Script {
  const dir = appDir(app);
  const file = (name: string) => `${dir}/${name}`;
  return script(
    raiseFence(app),
    sh`: >${file("lock.release")}`,
    sh`lockf -k -s -t ${heartbeatLimit + 5} ${file("lock")} rm -f ${file("lock.release")} ${
      file("lock.info")
    }`,
  );
}

/** Runs a script only while the fence is that of its lock, and after the one before it: a cancelled one may still work. */
export function fenced(app: string, fence: number, command: Command): Command {
  return sh`lockf -k -s -t 120 ${`${appDir(app)}/script.lock`} /bin/sh -s ${
    document(fencedStream(app, fence, command))
  }`;
}

/** The same for a script that reads a stream; only one such runs at a time, and it ends with its stream. */
export function fencedStream(app: string, fence: number, command: Command): Script {
  return script(refuseOvertaken(app, fence), command);
}

/** Ends a script when somebody else has the lock by now, or when that can't be known. */
export function refuseOvertaken(app: string, fence: number): Script {
  return script(
    readFence(app),
    sh`if [ "$fence" != ${String(fence)} ]; then
  echo ${overtaken} >&2; exit ${lockedStatus}
fi`,
  );
}

/** Gives an app's lock its next number. */
function raiseFence(app: string): Script {
  const file = `${appDir(app)}/fence`;
  return script(
    readFence(app),
    sh`fence=$((fence + 1)); echo "$fence" >${`${file}.new`} && mv -f ${`${file}.new`} ${file}`,
  );
}

/** Sets `fence` to the number of an app's newest lock, 0 where none was ever taken. Fails when the number can't be read. */
function readFence(app: string): Command {
  const file = `${appDir(app)}/fence`;
  return sh`fence=0
[ ! -e ${file} ] || fence=$(cat ${file}) || {
  echo ${`Cannot tell whether another deploy has begun since: ${file} cannot be read`} >&2; exit 1
}`;
}

/** Runs a long command of a user's and ends with its status. It is killed once another deploy has the lock. */
export function whileFence(app: string, fence: number, command: Command): Command {
  return sh`( trap '' TERM
while sleep 1 && kill -0 "$$"; do
  [ "$(cat ${`${appDir(app)}/fence`})" = ${String(fence)} ] && continue
  group=$(ps -o pgid= -p "$$"); group=\${group##* }
  kill -TERM "-$group"; sleep 5; kill -KILL "-$group"
done ) >/dev/null 2>&1 &
watch=$!
(
${command}
)
status=$?
kill -KILL "$watch" 2>/dev/null
exit "$status"`;
}

/** Runs a short command while holding the lock of the whole server, waiting for it at most a minute. */
export function underHostLock(command: Command): Script {
  return under(hostLock, 60, command);
}

/** Gives the shell of a Linux server what {@linkcode underHostLock} needs; on FreeBSD it does nothing. */
export function lockOnLinux(): Command {
  return sh`command -v lockf >/dev/null || lockf() { shift 4; flock -w 60 "$@"; }`;
}

/** Runs a long command, one at a time on a server, waiting at most ten minutes. Deploys need the host's lock meanwhile. */
export function underSetupLock(command: Command): Script {
  return under(`${stateDir}/setup.lock`, 600, command);
}

function under(lock: string, seconds: number, command: Command): Script {
  return script(
    sh`mkdir -p ${stateDir} && chmod 700 ${stateDir}`,
    sh`lockf -k -s -t ${seconds} ${lock} /bin/sh -s ${document(command)}`,
  );
}
