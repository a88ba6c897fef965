// The history of an app on a server: a line of JSON for each action, appended.

import { script } from "../core/script.ts";
import { type Command, type Script, sh, word } from "../core/sh.ts";
import { historyDir, historyFile, stateDir } from "./paths.ts";

/**
 * Gives a script the function `remember LINE COUNT`, which appends a line to a history whose directory is there. Of all lines
 * the newest stay. A line that a crash cut off stays alone.
 */
export function defineRemember(app: string): Command {
  const file = historyFile(app);
  const append = sh`umask 077
[ -z "$(tail -c 1 ${file} 2>/dev/null)" ] || echo >>${file}
printf '%s\n' "$1" >>${file} || exit 1
[ $(($(wc -l <${file}))) -le "$2" ] || { tail -n "$2" ${file} >${file}.new && mv -f ${file}.new ${file}; }`;
  return sh`remember() { lockf -k -s -t 10 ${historyDir}/lock /bin/sh -c ${word(append)} sh "$@"; }`;
}

/** Appends a record outside of the app's lock. */
export function addRecord(app: string, line: string, keep: number): Script {
  return script(
    sh`mkdir -p ${historyDir} && chmod 700 ${stateDir} ${historyDir}`,
    defineRemember(app),
    sh`remember ${line} ${keep}`,
  );
}

/** Prints the last so many lines. */
export function readRecords(app: string, lines: number): Command {
  return sh`[ ! -f ${historyFile(app)} ] || tail -n ${lines} ${historyFile(app)}`;
}
