// Migrations: a command in a new release, before it starts.

import { script } from "../../core/script.ts";
import { type Command, type Script, sh } from "../../core/sh.ts";
import { type AppSpec, asApp } from "./app.ts";
import { whileFence } from "../lock.ts";
import { migrateLog } from "../paths.ts";

/**
 * Runs a migration as the app's user with the release's environment, and ends with its status. Its output is kept on the host.
 *
 * @param fence number of the lock that it runs under: it ends once another deploy has the lock, since two must never migrate at once
 */
export function migrateApp(
  spec: Pick<AppSpec, "app" | "release" | "jail">,
  command: Command,
  fence: number,
): Script {
  const log = migrateLog(spec.app, spec.release);
  return script(
    sh`rm -f ${log} && ( umask 077; : >${log} )`,
    whileFence(
      spec.app,
      fence,
      sh`exec 4>&1
status=$(
exec 3>&1
{ ( exec 3>&- 4>&-
${asApp(spec, command)}
) 2>&1; echo "$?" >&3; } | tee ${log} >&4
)
exit "$status"`,
    ),
  );
}
