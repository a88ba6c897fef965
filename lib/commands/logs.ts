/**
 * Reading the app's log.
 *
 * @module
 */

import { type Command, sh } from "../core/sh.ts";
import { accessoryLogs, liveDir, logDir } from "./paths.ts";

/** The lines to show. */
export interface LogOptions {
  /** How many of the last ones. */
  readonly count: number;
  /** Only those that match this basic regular expression. */
  readonly grep?: string | undefined;
}

/** Prints the last lines of the log of the release that has the traffic. */
export function showLog(app: string, options: LogOptions): Command {
  return show(liveLog(app), options);
}

/** Prints the last lines of an accessory's log. */
export function showAccessoryLog(jail: string, options: LogOptions): Command {
  return show(newestLog(jail), options);
}

/** How a script ends that was given an expression which grep doesn't understand. */
export const badExpression = 2;

/** Ends the script before it reads anything when grep doesn't understand the expression. */
function checked(grep: string): Command {
  return sh`grep -e ${grep} </dev/null
[ $? -lt 2 ] || exit ${badExpression}`;
}

function show(find: Command, { count, grep }: LogOptions): Command {
  const file = sh`${find}; [ -f "$log" ] || { echo 'There is no log yet' >&2; exit 1; }`;
  return grep === undefined
    ? sh`${file}
tail -n ${count} "$log"`
    : sh`${checked(grep)}
${file}
grep -e ${grep} "$log" | tail -n ${count}`;
}

/**
 * Prints the last lines and then those that come, also those of the releases that follow. Ends when its standard input
 * does, or when nothing came from there for half a minute: it must not outlive who reads it.
 */
export function followLog(app: string, options: LogOptions): Command {
  return follow(liveLog(app), options);
}

/** The same for an accessory, also when it goes on in another file. */
export function followAccessoryLog(jail: string, options: LogOptions): Command {
  return follow(newestLog(jail), options);
}

/** Remembers how long each log is: of a release that comes back, only what it says from now on is news. */
const measure = sh`sizes=$(wc -c "\${log%/*}"/* 2>/dev/null)`;

function follow(find: Command, { count, grep }: LogOptions): Command {
  const lines = sh`${find}; now=$log
${measure}
tail -n ${count} -F "$now" 2>/dev/null &
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
  return grep === undefined ? lines : sh`${checked(grep)}
{ ${lines}
} | grep --line-buffered -e ${grep}`;
}

/** Sets `log` to the log that an accessory wrote to last. */
function newestLog(jail: string): Command {
  // Packed pieces are no log to follow.
  return sh`log=${`${accessoryLogs}/${jail}`}/$(ls -t ${`${accessoryLogs}/${jail}`} 2>/dev/null | grep -v '[.]bz2$' | head -n 1)`;
}

/** Sets `log` to the log of the release that has the traffic. */
function liveLog(app: string): Command {
  return sh`live=$(ls ${liveDir(app)} 2>/dev/null | sed -n -E 's/^(blue|green)-//p' | head -n 1)
log=${`${logDir}/${app}`}/$live.log`;
}
