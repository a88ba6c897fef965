// Watching the app from outside: its health before it gets the traffic.

import { type Command, sh } from "../../core/sh.ts";
import type { JailSpec } from "../jail/jail.ts";
import { logFile } from "../paths.ts";
import { type AppSpec, childPidFile } from "./app.ts";

/** How {@linkcode checkApp} looks. */
export interface CheckOptions {
  readonly path: string;
  /** The Host header. */
  readonly host: string;
  /** X-Forwarded-Proto. */
  readonly proto: "http" | "https";
  readonly status: readonly [number, number];
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds. */
  readonly interval: number;
}

/**
 * Waits on the server until the app in its jail answers well, and prints `probe N STATUS`, at last `well`. Raw HTTP at the
 * jail's own address; redirects are not followed; the listener must be the jail's. A redirect to the same address over HTTPS
 * that sets no cookie is not well, and printed as `STATUS to itself`, or `STATUS to https` when the request came as over
 * HTTP: it would never end. On giving up it prints sections (`# log`, `# processes`, `# sockets`, `# answer`) that say why,
 * and ends with status 1.
 */
export function checkApp(spec: AppSpec, options: CheckOptions): Command {
  const { name, path } = spec.jail;
  const [least, most] = options.status;
  const loops = `to ${options.proto === "https" ? "itself" : "https"}`;
  return sh`LC_ALL=C; export LC_ALL
deadline=$(( $(date +%s) + ${Math.ceil(options.timeout / 1000)} ))
count=0; exits=0; before=
log=${logFile(spec.app, spec.release)}
while :; do
  count=$((count + 1))
${askApp(spec, options)}
  [ -z "$where" ] || state="$status "${loops}
  if [ -n "$status" ] && [ -z "$ours" ]; then state="$status from another process"; fi
  echo "probe $count $state"
  if [ -n "$status" ] && [ -n "$ours" ] && [ -z "$where" ] && [ "$status" -ge ${least} ] && [ "$status" -le ${most} ]; then
    echo well; exit 0
  fi
  child=$(cat ${`${path}${childPidFile}`} 2>/dev/null)
  if [ -n "$before" ] && [ "$child" != "$before" ]; then exits=$((exits + 1)); fi
  before=$child
  if [ "$exits" -ge 4 ] && [ -z "$status" ]; then echo "exits $exits"; break; fi
  [ "$(date +%s)" -lt "$deadline" ] || break
  sleep ${String(Math.max(0.1, options.interval / 1000))}
done
echo '# log'; tail -n 30 "$log" 2>/dev/null
echo '# processes'; ps -xww -o pid,user,command -J ${name}
echo '# sockets'; sockstat -4 -6 -l -q -j ${name}
echo '# answer'; printf '%s\n' "$answer"
exit 1`;
}

/** Waits until a process of the jail listens at the port, or the time in milliseconds is over. */
export function waitForListener({ name }: Pick<JailSpec, "name">, port: number, timeout: number): Command {
  return sh`deadline=$(( $(date +%s) + ${Math.ceil(timeout / 1000)} ))
until sockstat -4 -l -q -j ${name} -P tcp -p ${port} | grep -q . || [ "$(date +%s)" -ge "$deadline" ]; do sleep 0.5; done`;
}

/** Asks once; sets `answer`, `status`, `state`, `ours` (a listener of the jail's), `where` (a redirect to itself). */
function askApp({ jail: { name, ip4 }, port }: AppSpec, { path, host, proto }: CheckOptions): Command {
  const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-Proto: ${proto}\r\n` +
    `X-Forwarded-For: 127.0.0.1\r\nUser-Agent: alcaide\r\nAccept: */*\r\nConnection: close\r\n\r\n`;
  return sh`  answer=$(printf %s ${request} | nc -w 5 ${ip4} ${port} 2>/dev/null | head -c 2000 | tr -d '\000')
  status=$(printf '%s\n' "$answer" | sed -n -e '1s/^HTTP\/1\.[01] \([0-9][0-9][0-9]\).*/\1/p')
  ours=$(sockstat -4 -l -q -j ${name} -P tcp -p ${port})
  if [ -z "$status" ]; then state='no answer'; [ -n "$answer" ] && state='not HTTP'; else state=$status; fi
  where=$(printf '%s\n' "$answer" | tr -d '\r' | awk '/^$/ { exit }
    tolower($1) == "location:" { sub(/:443\//, "/", $2); to = $2 }
    tolower($1) == "set-cookie:" { cookie = 1 }
    END { if (!cookie) print to }')
  case $status in 3*) ;; *) where= ;; esac
  [ "$where" = ${`https://${host}${path}`} ] || where=`;
}
