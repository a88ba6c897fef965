// The server's rc.conf, changed by its own sysrc.

import { script } from "../../core/script.ts";
import { type Script, sh } from "../../core/sh.ts";

const rcConf = "/etc/rc.conf";
const copy = `${rcConf}.alcaide`;

/**
 * Sets variables of rc.conf, each as `NAME=VALUE`, or `NAME+=ITEM` for a list.
 *
 * The server must not lose its rc.conf: where `/tmp` is a file system of its own, sysrc's `mv` copies the file, and on a full disk
 * nothing is left of it; so there has to be room for it first. Before FreeBSD 14 sysrc appends to a last line that has no end.
 */
export function setRc(...assignments: readonly string[]): Script {
  return script(
    sh`[ ! -e ${rcConf} ] || cp ${rcConf} ${copy} && rm -f ${copy} || { rm -f ${copy}; exit 1; }`,
    sh`[ ! -s ${rcConf} ] || [ -z "$(tail -c 1 ${rcConf})" ] || echo >>${rcConf}`,
    sh`sysrc ${assignments} >/dev/null`,
  );
}
