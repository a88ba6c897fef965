/**
 * Migrations: a command in a new release, before it starts.
 *
 * @module
 */

import { type Command, sh } from "../sh.ts";
import { type AppSpec, asApp } from "./app.ts";
import { appDir, migrateLog } from "./paths.ts";

/**
 * Runs a migration as the app's user with the release's environment, and keeps what it says in a file of the host, which
 * outlives the jail. Ends with the migration's own status.
 *
 * @param fence number of the lock that it runs under: once somebody else has the lock, it is ended. A deploy that was cut
 * off may have left it running, and two must never migrate at once.
 */
export function migrateApp(
  spec: Pick<AppSpec, "app" | "release" | "jail">,
  command: Command,
  fence: number,
): Command {
  const log = migrateLog(spec.app, spec.release);
  return sh`rm -f ${log} && ( umask 077; : >${log} ) || exit 1
( trap '' TERM
while sleep 1 && kill -0 "$$"; do
  [ "$(cat ${`${appDir(spec.app)}/fence`})" = ${String(fence)} ] && continue
  group=$(ps -o pgid= -p "$$"); group=\${group##* }
  kill -TERM "-$group"; sleep 5; kill -KILL "-$group"
done ) >/dev/null 2>&1 &
watch=$!
exec 4>&1
status=$(
exec 3>&1
{ ( exec 3>&- 4>&-
${asApp(spec, command)}
) 2>&1; echo "$?" >&3; } | tee ${log} >&4
)
kill -KILL "$watch" 2>/dev/null
exit "$status"`;
}
