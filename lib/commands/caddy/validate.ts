// Caddy's own look at a Caddyfile, with the directories and variables that its service has.

import { type Command, type Expression, raw, sh, word } from "../../core/sh.ts";
import { caddyfile, caddyProgram } from "../paths.ts";
import { caddyUser, readService } from "./service.ts";

/** Sets the service's directories and variables. For a subshell. */
export const serviceVariables: Expression = sh`{ ${readService}
} >/dev/null 2>&1
home=\${caddy_directory:-/var/db/caddy}
export XDG_DATA_HOME="$home/data" XDG_CONFIG_HOME="$home/config"
if [ -r "$caddy_env_file" ]; then set -a; . "$caddy_env_file"; set +a; fi
[ -z "$caddy_env" ] || eval "export -- $caddy_env"`;

/** Prints why Caddy can't read the Caddyfile and the files that it imports; nothing when it can. */
export function checkCaddyfile(): Command {
  return sh`if [ -x ${caddyProgram} ] && [ -e ${caddyfile} ]; then out=$(${adapt(caddyfile)} 2>&1) ||
printf '%s\n' "$out" | tail -n 1; fi; :`;
}

/** Has Caddy read a file: it opens no certificate and no log, and makes no file. In a subshell. */
export function adapt(file: string): Expression {
  return sh`${serviceVariables}
{ ${caddyProgram} adapt --config ${file} --adapter caddyfile >/dev/null; }`;
}

/** An admin's `acme_server` has its database open: Caddy can't validate beside it, and the reload refuses what is left. */
export const inUse: Expression = raw("*'Error opening database'*timeout*");

/**
 * Has Caddy look whether a file could be in force. That is done as the user that Caddy runs as: validating makes logs, and an authority
 * of Caddy's own where there is none yet, and root's files would be none that Caddy can open. Runs in a subshell.
 */
export function validate(file: string): Expression {
  const command = sh`${caddyProgram} validate --config ${file} --adapter caddyfile`;
  return sh`${serviceVariables}
uid=$(${caddyUser})
if [ "\${uid:-0}" -eq 0 ]; then ${command}
else
for dir in "$home" "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" /var/log/caddy; do
  [ -d "$dir" ] || install -d -m 755 -o "$uid" "$dir"
done
su -m "$(id -un "$uid")" -c ${word(command)}; fi`;
}
