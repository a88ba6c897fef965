// Limits of jails, by rctl: rules stand under the jail's name, and outlive it.

import { limitResources, type Limits, limitsSet } from "../../core/limits.ts";
import { type Command, sh } from "../../core/sh.ts";
import { jailsDir } from "../paths.ts";

const rctl = "/usr/bin/rctl";

/**
 * Lines of a jail's file by which its limits come and go with it, whoever starts it. It starts also where the kernel no longer
 * counts: a jail without limits is better than none.
 */
export function limitLines(jail: string, limits: Limits = {}): string[] {
  const set = limitsSet(limits).map(([name, most]) =>
    `${rctl} -a jail:${jail}:${limitResources[name]}:deny=${most};`
  );
  if (set.length === 0) return [];
  const forget = `${rctl} -r jail:${jail} 2>/dev/null;`;
  return [`exec.prestart = "${forget} ${set.join(" ")} :";`, `exec.poststop = "${forget} :";`];
}

/** Takes a jail's rules away, if there are any. */
export function forgetLimits(jail: string): Command {
  return sh`${rctl} -r ${`jail:${jail}`} >/dev/null 2>&1`;
}

/** Prints `counts` where the kernel counts; then the rules of all subjects, and what each jail of ours with rules uses. */
export const listLimits: Command = sh`if [ "$(sysctl -n kern.racct.enable 2>/dev/null)" = 1 ]; then
  echo counts; rctl
  rctl | sed -n 's/^jail:\([^:]*\):.*/\1/p' | sort -u | while read -r jail; do
    [ -f ${jailsDir}/"$jail.conf" ] && rctl -u "jail:$jail" | sed "s/^/$jail /"
  done
fi; :`;
