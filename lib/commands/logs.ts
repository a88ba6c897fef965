// Reading logs of apps and accessories.

import { type Command, sh } from "../core/sh.ts";
import { accessoryLogDir, liveDir, logDir } from "./paths.ts";

/** The lines to show. */
export interface LogOptions {
  /** How many of the last ones. */
  readonly count: number;
  /** Only those that match this basic regular expression. */
  readonly grep?: string | undefined;
}

/** Sets `log` to the log of the release that has the traffic. */
export function appLog(app: string): Command {
  return sh`live=$(ls ${liveDir(app)} 2>/dev/null | sed -n -E 's/^(blue|green)-//p' | head -n 1)
log=${`${logDir}/${app}`}/$live.log`;
}

/** Sets `log` to the log that an accessory wrote to last. */
export function accessoryLog(jail: string): Command {
  // Packed pieces are no log to follow.
  return sh`log=${accessoryLogDir(jail)}/$(ls -t ${
    accessoryLogDir(jail)
  } 2>/dev/null | grep -v '[.]bz2$' | head -n 1)`;
}

/** How a script ends that was given an expression which grep doesn't understand. */
export const badExpression = 2;

/** Ends the script before it reads anything when grep doesn't understand the expression. */
function checked(grep: string): Command {
  return sh`grep -e ${grep} </dev/null
[ $? -lt 2 ] || exit ${badExpression}`;
}

/** Prints the last lines of a log. */
export function showLog(find: Command, { count, grep }: LogOptions): Command {
  const file = sh`${find}; [ -f "$log" ] || { echo 'There is no log yet' >&2; exit 1; }`;
  return grep === undefined
    ? sh`${file}
tail -n ${count} "$log"`
    : sh`${checked(grep)}
${file}
grep -e ${grep} "$log" | tail -n ${count}`;
}

/** Remembers how long each log is: of a release that comes back, only what it says from now on is news. */
const measure = sh`sizes=$(wc -c "\${log%/*}"/* 2>/dev/null)`;

/**
 * Prints the last lines and then those that come, also when the app or the accessory goes on in another file. Ends when its
 * standard input does, or when nothing came from there for half a minute: it must not outlive its reader.
 */
export function followLog(find: Command, { count, grep }: LogOptions): Command {
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
