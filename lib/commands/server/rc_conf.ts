// The server's rc.conf, changed by its own sysrc.

import { script } from "../../core/script.ts";
import { type Command, type Script, sh } from "../../core/sh.ts";

const rcConf = "/etc/rc.conf";
const copy = `${rcConf}.alcaide`;

/**
 * Fails where there is no room for another rc.conf. The server must not lose it: where `/tmp` is a file system of its own, sysrc's `mv`
 * copies the file, and on a full disk nothing is left of it.
 */
const proveRoom: Command =
  sh`[ ! -e ${rcConf} ] || cp ${rcConf} ${copy} && rm -f ${copy} || { rm -f ${copy}; exit 1; }`;

/** Sets variables of rc.conf, each as `NAME=VALUE`, or `NAME+=ITEM` and `NAME-=ITEM` for a list. */
export function setRc(...assignments: readonly string[]): Script {
  return script(
    proveRoom,
    // Before FreeBSD 14 sysrc appends to a last line that has no end.
    sh`[ ! -s ${rcConf} ] || [ -z "$(tail -c 1 ${rcConf})" ] || echo >>${rcConf}`,
    sh`sysrc ${assignments} >/dev/null`,
  );
}

/** Takes a variable out of rc.conf, as far as it is there: one that only has a default stays. */
export function unsetRc(name: string): Script {
  return script(proveRoom, sh`[ -z "$(sysrc -i -n ${name})" ] || sysrc -x ${name} 2>/dev/null; :`);
}
