// Rotation of the apps' logs: by the server's own newsyslog, so that no app fills the disk by talking.

import { dirname } from "node:path";
import { script } from "../../core/script.ts";
import { type Script, sh } from "../../core/sh.ts";
import { writeFile } from "../../remote/files.ts";
import { accessoryLogs, etcDir, jailsDir, logDir, rotationFile } from "../paths.ts";
import { programPidFile, supervisorPidFile } from "../jail/supervised.ts";

/** A log is rotated when it is larger, in kilobytes. */
const largest = 10_240;
/** How many old pieces of a log are kept, compressed. */
const pieces = 5;

/** The user of Redis' package, whom the server itself doesn't know. */
const redisUid = 535;

/** The script that newsyslog runs once it has rotated logs. */
export const reopenScript = `${etcDir}/reopen-logs`;

/** Text of newsyslog's file: a line for apps, one for accessories of a command, and one for Redis, which opens its log for each line. */
export function rotationText(): string {
  return `# Made by alcaide: rotates the apps' logs. Changes are overwritten.
# logfilename owner:group mode count size when flags command
${logDir}/*/*.log root:wheel 600 ${pieces} ${largest} * GJR ${reopenScript}
${accessoryLogs}/*/service.log root:wheel 600 ${pieces} ${largest} * GJR ${reopenScript}
${accessoryLogs}/*/redis.log ${redisUid}:${redisUid} 640 ${pieces} ${largest} * GJN
`;
}

/** Text of that script: supervisors begin their log anew when they get SIGHUP. */
function reopenText(): string {
  return `#!/bin/sh
# Made by alcaide: tells the apps' supervisors that their logs were rotated. Changes are overwritten.
for file in ${jailsDir}/*.conf; do
	[ -f "$file" ] || continue
	jail=\${file##*/}; jail=\${jail%.conf}
	jls -j "$jail" jid >/dev/null 2>&1 || continue
	jexec "$jail" /bin/sh -c 'for file in ${supervisorPidFile("alcaide_*")}; do
		case $file in ${programPidFile("*")}) ;; *) [ ! -f "$file" ] || kill -HUP "$(cat "$file")" ;; esac
	done' 2>/dev/null
done
exit 0
`;
}

/** Writes that script: one of an earlier Alcaide knows of no service but the web process'. */
export function installReopening(): Script {
  return writeFile(reopenScript, reopenText(), { mode: 0o555 });
}

/** Makes newsyslog rotate the logs of all apps, those to come included. */
export function installRotation(): Script {
  return script(
    sh`mkdir -p ${dirname(rotationFile)} ${etcDir}`,
    installReopening(),
    writeFile(rotationFile, rotationText()),
  );
}
