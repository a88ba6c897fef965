// Watching a release that has the traffic: Caddy's answers for it, its process, its jail.

import { type Command, raw, sh } from "../../core/sh.ts";
import { pausePage } from "../live.ts";
import { answersLog, liveDir, logFile } from "../paths.ts";
import { type AppSpec, childPidFile } from "./app.ts";

/** How {@linkcode watchApp} watches. */
export interface WatchOptions {
  /** Milliseconds. */
  readonly for: number;
  /** Percent of answers that may be errors. */
  readonly maxErrors: number;
  /** The address whose answers count, as a site with a canary logs it. Default: all count. */
  readonly from?: string;
  /** True when only a larger share of errors than in as long a time before is too much. */
  readonly worse?: boolean;
}

/** Errors below this number are never too many: one of three answers proves nothing. */
const fewestErrors = 5;

/** For awk: counts the answers to requests that were made since `begun`, and those that are errors. */
const count = (from?: string) =>
  `${from === undefined ? "" : `index($0, "\\"user_id\\":\\"${from}\\"") == 0 { next }\n`}{
  at = taken = status = $0
  sub(/.*"ts":/, "", at); sub(/.*"duration":/, "", taken); sub(/.*"status":/, "", status)
  if (at - taken >= begun) { answers++; if (status + 0 >= 500) errors++ }
} END { print answers + 0, errors + 0 }`;

/**
 * Watches for the given time, and prints `watching ANSWERS ERRORS RESTARTS` every 10 seconds, at last `watched` with the same.
 * With too many errors, another process of the app, or a jail that doesn't run, it prints `broken` with the same, behind it the
 * app's last lines, and ends with status 1. Answers to requests that were made before, and those of a page that stands in for
 * the app, don't count.
 */
export function watchApp(spec: AppSpec, { for: time, maxErrors, from, worse }: WatchOptions): Command {
  const { app, release, jail: { name, path } } = spec;
  const counting = count(from);
  const seconds = Math.ceil(time / 1000);
  return sh`LC_ALL=C; export LC_ALL
log=${answersLog(app)}; answers=0; errors=0; restarts=0; before=
size() { cat "$log" 2>/dev/null | wc -c; }
at=$(($(size))); begun=$(($(date +%s) + 1)); end=$((begun + ${seconds})); tell=$((begun + 10))
limit=${Math.round(maxErrors * 100)}${worse ? atLeastBefore(seconds, counting) : raw("")}
while :; do
  now=$(date +%s); new=$(($(size)))
  [ "$new" -ge "$at" ] || at=0
  if [ "$new" -gt "$at" ] && [ ! -e ${`${liveDir(app)}/${pausePage}`} ]; then
    set -- $(tail -c +$((at + 1)) "$log" 2>/dev/null | head -c $((new - at)) | awk -v begun="$begun" ${counting})
    answers=$((answers + $1)); errors=$((errors + $2))
  fi
  at=$new
  child=$(cat ${`${path}${childPidFile}`} 2>/dev/null)
  if [ -n "$child" ]; then
    [ "$child" = "\${before:-$child}" ] || restarts=$((restarts + 1))
    before=$child
  fi
  state=watching; [ "$now" -lt "$end" ] || state=watched
  [ "$errors" -lt ${fewestErrors} ] || [ $((errors * 10000)) -le $((answers * limit)) ] || state=broken
  [ "$restarts" -eq 0 ] || state=broken
  jls -j ${name} jid >/dev/null 2>&1 || { state=broken; echo stopped; }
  if [ "$state" != watching ] || [ "$now" -ge "$tell" ]; then echo "$state $answers $errors $restarts"; tell=$((now + 10)); fi
  [ "$state" = watching ] || break
  sleep 1
done
[ "$state" = watched ] && exit 0
echo '# log'; tail -n 20 ${logFile(app, release)} 2>/dev/null
exit 1`;
}

/** Raises the limit to the share of errors before, in hundredths of a percent. */
function atLeastBefore(seconds: number, counting: string): Command {
  return sh`
set -- $(tail -c 1000000 "$log" 2>/dev/null | awk -v begun=$((begun - ${seconds})) ${counting})
[ "$2" -lt ${fewestErrors} ] || [ $(($2 * 10000)) -le $(($1 * limit)) ] || limit=$(($2 * 10000 / $1))`;
}

/** Prints, for each release of a canary's time, its address, its answers since then and those that are errors. */
export function countAnswers(app: string, since: string): Command {
  const begun = Math.floor(Date.parse(since) / 1000);
  return sh`cat ${answersLog(app)} 2>/dev/null | LC_ALL=C awk -v begun=${begun} ${tally}`;
}

const tally = `{
  at = status = from = $0
  sub(/.*"ts":/, "", at); sub(/.*"status":/, "", status)
  if (at + 0 < begun || !sub(/.*"user_id":"/, "", from)) next
  sub(/".*/, "", from)
  if (from == "") next
  answers[from]++; if (status + 0 >= 500) errors[from]++
} END { for (from in answers) print from, answers[from], errors[from] + 0 }`;
