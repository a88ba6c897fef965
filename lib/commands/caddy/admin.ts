// Caddy's admin address: what it says of the requests under way.

import { type Command, type Expression, raw, sh } from "../../core/sh.ts";
import { caddyfile, caddyProgram } from "../paths.ts";
import { serviceVariables } from "./validate.ts";

/** The socket that the port's script gives Caddy. */
const socket = "/var/run/caddy/caddy.sock";

/** Sets `admin`: an address such as `localhost:2019` or `unix//var/run/caddy.sock`. The Caddyfile comes before rc.conf. */
export const findAdmin: Command = sh`admin=$( ( ${serviceVariables}
listen=$(${caddyProgram} adapt --config ${caddyfile} --adapter caddyfile 2>/dev/null |
  sed -n 's/^{"admin":{[^{}]*"listen":"\([^"]*\)".*/\1/p')
[ ! -S ${socket} ] || caddy_admin=\${caddy_admin:-unix/${raw(socket)}}
echo "\${listen:-\${caddy_admin:-localhost:2019}}" ) 2>/dev/null )`;

/** Prints how many requests are under way to an upstream, as `findAdmin` found Caddy; nothing when that doesn't tell. */
export function underWay(upstream: string): Expression {
  const request = sh`printf 'GET /reverse_proxy/upstreams HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n'`;
  return sh`case $admin in
unix/*) socket=\${admin#unix/}; ${request} '' | nc -w 2 -U "\${socket%%|*}" ;;
*) host=\${admin%:*}; ${request} "\${host:-localhost}:\${admin##*:}" | nc -w 2 "$(echo "\${host:-localhost}" | tr -d '[]')" "\${admin##*:}" ;;
esac 2>/dev/null | tr '{' '\n' | sed -n ${`s|.*"address":"${upstream}".*"num_requests":\\([0-9]*\\).*|\\1|p`} | head -n 1`;
}
