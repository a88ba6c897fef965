// Reading logs of apps and accessories.

import { type Command, sh } from "../core/sh.ts";
import { accessoryLogDir, liveDir, logDir, scheduleLog } from "./paths.ts";

/** The lines to show. */
export interface LogOptions {
  /** How many of the last ones; undefined for all. */
  readonly count: number | undefined;
  /** Only those that match this extended regular expression. */
  readonly grep?: string | undefined;
  /** Only those from the first on that bears this time or a later one, in older pieces of the log, too: `2026-11-29T19:05:00`, UTC. */
  readonly since?: string | undefined;
  /** True for a line before them that {@linkcode parseLogFacts} reads. */
  readonly facts?: boolean;
}

const factsMark = "alcaide log: ";

/** A log's file. Times are in milliseconds; one that is not known is 0. */
export interface LogFacts {
  /** When it was begun: no line in it is older. */
  readonly began: number;
  /** When it was written to last. */
  readonly written: number;
  /** How many of its lines come first where those follow that are written from then on. */
  readonly lines: number | undefined;
}

/** Prints what is known of the log. */
function printFacts(lines: Command): Command {
  return sh`echo ${factsMark}"$(stat -f '%B %m' "$log" 2>/dev/null || echo 0 0) "$(${lines})`;
}

/** Reads that line; undefined for any other. */
export function parseLogFacts(line: string): LogFacts | undefined {
  if (!line.startsWith(factsMark)) return undefined;
  const [began = 0, written = 0, lines] = (line.slice(factsMark.length).match(/-?\d+/g) ?? []).map(Number);
  // A file system that knows no beginning says -1, perhaps as a number without a sign.
  const known = began > 0 && began <= written;
  return { began: known ? began * 1000 : 0, written: written * 1000, lines };
}

/** Sets `log` to the log of the release that has the traffic. */
export function appLog(app: string): Command {
  return sh`${liveRelease(app)}
log=${`${logDir}/${app}`}/$id.log`;
}

/**
 * Sets `log` to the log of a release: where it never started, to its migration's output.
 *
 * @param release its id, or its number alone
 */
export function releaseLog(app: string, release: string): Command {
  return sh`${knownRelease(app, release)}
log=${`${logDir}/${app}`}/$id
[ -f "$log.log" ] && log=$log.log || log=$log.migrate.log`;
}

/** Sets `id` to that of a release which has a log. */
function knownRelease(app: string, release: string): Command {
  return sh`id=$(${listReleaseLogs(app)} | grep -x -E ${`${release}(-.*)?`} | head -n 1)
[ -n "$id" ] || { echo ${`There is no log of release ${release}`} >&2; exit ${noLog}; }`;
}

/** Prints the ids of the releases that have a log, if only of a process. */
export function listReleaseLogs(app: string): Command {
  return sh`ls ${`${logDir}/${app}`} 2>/dev/null | sed -n -E 's/^([0-9]+-[^.]+)[.](.*[.])?log$/\1/p' | sort -n -u`;
}

/** Sets `log` to the log of a schedule. */
export function logOfSchedule(app: string, name: string): Command {
  return sh`log=${scheduleLog(app, name)}`;
}

/** Sets `log` to the log of an instance of a process; of the release that has the traffic, unless another is named. */
export function instanceLog(app: string, name: string, instance: number, release?: string): Command {
  const find = sh`${ofRelease(app, release)}
log=${`${logDir}/${app}`}/$id${`.${name}.${instance}.log`}`;
  return release === undefined ? find : sh`${find}
[ -f "$log" ] || exit ${noLog}`;
}

/** Prints the logs of a process' instances in that release; none of one that has no log. */
export function listInstances(app: string, name: string, release?: string): Command {
  return sh`(${ofRelease(app, release)}
cd ${`${logDir}/${app}`} && ls "$id"${`.${name}.`}*.log) 2>/dev/null; :`;
}

function ofRelease(app: string, release: string | undefined): Command {
  return release === undefined ? liveRelease(app) : knownRelease(app, release);
}

/** Sets `id` to that of the release that has the traffic. */
function liveRelease(app: string): Command {
  return sh`id=$(ls ${liveDir(app)} 2>/dev/null | sed -n -E 's/^(blue|green)-//p' | head -n 1)`;
}

/** Sets `log` to the log that an accessory wrote to last. */
export function accessoryLog(jail: string): Command {
  // Older pieces are no log to follow.
  return sh`log=${accessoryLogDir(jail)}/$(ls -t ${
    accessoryLogDir(jail)
  } 2>/dev/null | grep -v -E '[.][0-9]+([.](bz2|gz|xz|zst))?$' | head -n 1)`;
}

/** How a script ends that was given an expression which grep doesn't understand. */
export const badExpression = 2;
/** How one ends that was given a time, and finds none in the log. */
export const noTimes = 3;
/** How one ends that was given a release without a log. */
export const noLog = 4;

/** A time as programs print it, for grep and awk. */
const time = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][T ][0-9][0-9]:[0-9][0-9]:[0-9][0-9]";

/**
 * Prints the lines of a log and its older pieces since a time: nobody but the program itself knows when it wrote a line. The admin's
 * newsyslog.conf may have all logs packed in another way than ours says (`<compress>`).
 */
function linesSince(since: string): Command {
  return sh`whole() {
  for piece in $(ls -r "$log".[0-9]* 2>/dev/null); do
    case $piece in
    *.bz2) bzip2 -dc "$piece" ;; *.gz) gzip -dc "$piece" ;; *.xz) xz -dc "$piece" ;; *.zst) zstd -dc "$piece" ;;
    *) cat "$piece" ;;
    esac
  done
  cat "$log"
}
[ ! -s "$log" ] || whole | grep -a -q ${time} || exit ${noTimes}
whole | awk -v since=${since} ${`
!shown && match($0, /${time}/) {
  at = substr($0, RSTART, RLENGTH); sub(/ /, "T", at)
  shown = at >= since
}
shown`}`;
}

/** For text that holds a NUL, as a log does after a crash of the server, too: else grep would only say that it is binary. */
function linesWith(grep: string): Command {
  return sh`grep -a -E -e ${grep}`;
}

/** Ends the script before it reads anything when grep doesn't understand the expression. */
function checked(grep: string): Command {
  return sh`grep -E -e ${grep} </dev/null
[ $? -lt 2 ] || exit ${badExpression}`;
}

/** Finds the log, and tells what is known of it where that is wanted. `lines` prints how many lines come first. */
function begin(find: Command, { grep, facts = false }: LogOptions, lines: Command = sh`:`): Command {
  return sh`${grep === undefined ? sh`:` : checked(grep)}
${find}
${facts ? printFacts(lines) : sh`:`}`;
}

/** Prints the last lines of a log. */
export function showLog(find: Command, options: LogOptions): Command {
  const { count, grep, since } = options;
  const begun = begin(sh`${find}; [ -f "$log" ] || { echo 'There is no log yet' >&2; exit 1; }`, options);
  if (since !== undefined) {
    return sh`${begun}
${linesSince(since)} | ${grep === undefined ? sh`cat` : linesWith(grep)} | tail -n ${count ?? "+1"}`;
  }
  return grep === undefined
    ? sh`${begun}
tail -n ${count ?? "+1"} "$log"`
    : sh`${begun}
${linesWith(grep)} "$log" | tail -n ${count ?? "+1"}`;
}

/** Remembers how long each log is: of a release that comes back, only what it says from now on is news. */
const measure = sh`sizes=$(wc -c "\${log%/*}"/* 2>/dev/null)`;

/**
 * Prints the last lines and then those that come, also when the app or the accessory goes on in another file. Ends when its
 * standard input does, or when nothing came from there for half a minute: it must not outlive its reader.
 */
export function followLog(find: Command, options: LogOptions): Command {
  const { count, grep } = options;
  const old = sh`tail -n ${count ?? "+1"} "$log" 2>/dev/null | ${
    grep === undefined ? sh`grep -a -e ''` : linesWith(grep)
  } -c`;
  const lines = sh`now=$log
${measure}
tail -n ${count ?? "+1"} -F "$now" 2>/dev/null &
tail=$!
trap 'kill "$tail" 2>/dev/null' EXIT
while read -r -t 30 beat && [ "$beat" != end ]; do
  ${find}
  if [ "$log" != "$now" ] && [ -f "$log" ]; then
    # The new release's first words matter more than the old one's while it drains.
    kill "$tail"; now=$log
    from=$(echo "$sizes" | awk -v file="$log" '$2 == file { print $1 + 1 }')
    # Shorter than it was: begun anew by newsyslog.
    [ "\${from:-1}" -le $(( $(wc -c <"$log") + 1 )) ] || from=1
    ${measure}
    tail -c "+\${from:-1}" -F "$now" 2>/dev/null &
    tail=$!
  fi
done`;
  const wanted = grep === undefined ? lines : sh`{ ${lines}
} | ${linesWith(grep)} --line-buffered`;
  return sh`${begin(find, options, old)}
${wanted}`;
}
