// The service `caddy`, as its variables in rc.conf make it.

import { script } from "../../core/script.ts";
import { type Expression, type Script, sh } from "../../core/sh.ts";

/** Finds the server's Caddy. One in a jail, as sites of files have it, doesn't count. */
export const findCaddy: Expression = sh`pgrep -j none -x caddy`;

/** Has Caddy read its files anew unless it is stopped: that needs no word. Linux knows no jails, and its pgrep not the option: status 2. */
export const reloadCaddy: Expression = sh`${findCaddy} >/dev/null 2>&1; [ $? -eq 1 ] || service caddy reload`;

/**
 * Sets the shell's variables as the service's script does: from rc.conf and what belongs to it, then to the script's own
 * defaults, which differ between versions of the port and are made of its name. For a subshell: rc.subr brings functions of many names.
 */
export const readService: Expression = sh`if [ -r /etc/rc.subr ]; then
. /etc/rc.subr; load_rc_config caddy; name=caddy
eval "$(grep -E '^: [$][{]caddy_[a-z_]+:?=' /usr/local/etc/rc.d/caddy 2>/dev/null)"; fi`;

/** Prints the variables that decide what Caddy reads, a line each: `config /usr/local/etc/caddy/Caddyfile`. */
export const askService: Expression = sh`( ${readService}
printf 'config %s\nadapter %s\nadmin %s\nextra_flags %s\n' "$caddy_config" "$caddy_adapter" "$caddy_admin" "$caddy_extra_flags"
) 2>/dev/null`;

/** Prints the number of the user that Caddy runs as, or, when it doesn't run, will run as. */
export const caddyUser: Expression =
  // Linux knows no jails, and its pgrep not the option.
  sh`pid=$({ ${findCaddy} 2>/dev/null || [ $? -ne 2 ] || pgrep -x caddy; } | head -n 1)
uid=$(ps -o uid= -p "$pid" 2>/dev/null | tr -d ' ')
echo "\${uid:-$( (${readService}
id -u "\${caddy_user:-root}") 2>/dev/null)}"`;

/** Starts Caddy unless it runs, and makes sure that it does. */
export function startCaddy(): Script {
  return script(
    sh`${findCaddy} >/dev/null || service caddy start >/dev/null 2>&1; :`,
    sh`for try in 1 2 3 4 5 6 7 8 9 10; do ${findCaddy} >/dev/null && break; sleep 1; done`,
    sh`${findCaddy} >/dev/null || { echo 'Caddy did not start' >&2; tail -n 8 /var/log/caddy/caddy.log /var/log/caddy.log 2>/dev/null >&2; exit 1; }`,
  );
}
