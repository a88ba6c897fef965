// A limit of time for commands of users.

import { type Command, sh, word } from "../core/sh.ts";

/** The status of `limited` once the time is over: that of timeout(1), too. */
export const overtimeStatus = 124;

/**
 * Defines `limited GRACE SECONDS COMMAND…`, which ends with the command's status. Once the time is over all is ended that it started, and
 * killed so many seconds later. A daemon that it leaves in the background stays: timeout(1) of FreeBSD would wait for that, and end it, so here
 * it is killed as soon as the command has told how it went.
 */
export const defineLimited: Command = limitedText();

function limitedText(): Command {
  const tell = word(sh`shift 2; "$@" 3>&-; echo "$?" >&3`);
  const start = word(sh`echo "$$" >&3; exec timeout -k "$1" "$2" /bin/sh -c ${tell} sh "$@"`);
  return sh`limited() {
  { { /bin/sh -c ${start} sh "$@" </dev/null 3>&1 >&4 4>&- & } |
    { read -r watch; read -r status; kill -KILL "$watch" 2>/dev/null; [ -n "$status" ] || exit ${overtimeStatus}; exit "$status"; }; } 4>&1
}`;
}
