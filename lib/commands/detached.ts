// Long work that outlives a lost connection: it runs in the background, its output and its status in files that are followed.

import { dirname } from "node:path";
import { script } from "../core/script.ts";
import { type Command, document, type Script, sh } from "../core/sh.ts";
import { fencedStream, refuseOvertaken, whileFence } from "./lock.ts";
import { dropSetupWork } from "./own_files.ts";

/** Work on a server that goes on by itself. */
export interface Work {
  /** Its directory, which is there once it has begun. */
  readonly dir: string;
  /** The work. It reads the standard input of the script that begins it. */
  readonly command: Command;
  /**
   * The lock that it runs under: it is ended once somebody else has that lock, and its directory goes with the lock. Without one
   * the directory goes when the end is told; work whose end got lost is done again, so twice must be as good as once.
   */
  readonly lock?: { readonly app: string; readonly fence: number };
}

/** Bytes of each output that have been read before. */
export interface Heard {
  readonly out: number;
  readonly err: number;
}

/** Begins work unless it has begun, prints what it prints and ends with its status; told to end, it ends the work. */
export function doWork(work: Work, heard: Heard): Script {
  const { dir, command, lock } = work;
  const inner = lock ? whileFence(lock.app, lock.fence, command) : command;
  const all = script(...lock ? [] : [dropSetupWork()], attachWork(work, heard, beginWork(dir, inner)));
  return lock ? fencedStream(lock.app, lock.fence, all) : all;
}

/** The same for work that has begun. */
export function followWork(work: Work, heard: Heard): Script {
  const { lock } = work;
  const all = attachWork(work, heard);
  return lock ? fencedStream(lock.app, lock.fence, all) : all;
}

/**
 * Starts a command in the background unless its directory is there: nothing of ours is needed for it to go on. It gets a shell of its
 * own, since a copy of this one would hold the connection's outputs open.
 */
export function beginWork(dir: string, command: Command): Script {
  const parent = dirname(dir);
  const work = sh`( ${command}
) <&3 3<&-
echo "$?" >${`${dir}/status.new`} && mv ${`${dir}/status.new`} ${`${dir}/status`}`;
  return script(
    sh`mkdir -p ${parent} && chmod 700 ${parent}`,
    sh`if [ ! -d ${dir} ]; then
  mkdir -m 700 ${dir} || exit
  : >${`${dir}/out`} && : >${`${dir}/err`} || exit
  exec 3<&0
  trap '' HUP
  { exec /bin/sh -s >${`${dir}/out`} 2>${`${dir}/err`} ${document(work)}
  } &
  echo "$!" >${`${dir}/pid`}
  trap - HUP
  exec 3<&-
fi`,
  );
}

/** Prints the output of a command in the background until it ends, and ends with its status. */
export function readWork(dir: string, { out, err }: Heard, gone: Command): Script {
  const skip = out + err === 0
    ? []
    : [sh`tail -c ${`+${out + 1}`} <&4 && tail -c ${`+${err + 1}`} <&5 >&2 || exit`];
  return script(
    ...skip,
    sh`until [ -e ${`${dir}/status`} ] || ! kill -0 "$work" 2>/dev/null; do
  cat <&4 && cat <&5 >&2 || exit
  sleep 0.3
done
cat <&4 && cat <&5 >&2 || exit`,
    sh`if [ ! -e ${`${dir}/status`} ]; then
${gone}
fi
status=$(cat ${`${dir}/status`})`,
  );
}

/** Opens the output of a command in the background. */
export function openWork(dir: string): Script {
  return script(sh`exec 4<${`${dir}/out`} 5<${`${dir}/err`}`, findWork(dir));
}

/** Sets `boot` to the second in which the server started. */
export const askBoot: Command =
  sh`boot=$(sysctl -n kern.boottime 2>/dev/null); boot=\${boot#*sec = }; boot=\${boot%%,*}`;

/** Sets `work` to the process of a command in the background: after a reboot another one may have its number. */
function findWork(dir: string): Command {
  const file = `${dir}/pid`;
  return sh`${askBoot}
work=$(cat ${file})
[ "$boot" -gt "$(stat -f %m ${file})" ] 2>/dev/null && work=; :`;
}

/** Ends work that nobody follows any more. */
export function endWork({ dir }: Pick<Work, "dir">): Script {
  return script(findWork(dir), sh`[ -e ${`${dir}/status`} ] || ${killWork}`);
}

const killWork: Command = sh`{ group=$(ps -o pgid= -p "$work") && kill -TERM "-\${group##* }"; }`;

function attachWork({ dir, lock }: Work, heard: Heard, begin: Command = sh``): Script {
  const refuse = lock ? refuseOvertaken(lock.app, lock.fence) : sh`:`;
  const forget = lock ? sh`:` : sh`rm -rfx ${dir}`;
  return script(
    // Before it begins: from then on nothing may be left.
    sh`work=; end_work() {
  trap '' TERM
  ${refuse}
  work=\${work:-$(cat ${`${dir}/pid`} 2>/dev/null)}
  ${killWork}
  ${forget}
  exit 143
}
trap end_work TERM`,
    begin,
    openWork(dir),
    readWork(
      dir,
      heard,
      sh`${refuse}
${forget}
echo 'It was ended from outside, before it could say how it went' >&2
exit 1`,
    ),
    sh`${forget}
exit "$status"`,
  );
}
