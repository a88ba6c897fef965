// The service in a jail that watches over a program: it is started again when it ends, its output goes into a log.

import { usualStop } from "../../core/release.ts";
import { carryVariables, setVariables } from "./variables.ts";

/** The service's name, in jails of apps and of accessories alike. */
export const appService = "alcaide_app";
/** Where a service's supervisor writes its process id, in a jail. */
export const supervisorPidFile = (service: string): string => `/var/run/${service}.pid`;
/** Where the process id of a service's program is, in a jail. */
export const programPidFile = (service: string): string => `/var/run/${service}.child.pid`;

/** Text of the script that becomes a program: it sets the variables of its file last, so that they win. */
export function startedText(command: string): string {
  return `#!/bin/sh
# Made by alcaide. Changes are overwritten.
${setVariables.text}
${command}
`;
}

/** How the line begins by which the service says that its program did not end in time. */
export const killedMark = "killed after ";

/** A program to watch over; all paths are the jail's. */
export interface Supervised {
  /** Name of its service. Default: that of the app. */
  readonly service?: string;
  readonly envFile: string;
  readonly user: string;
  /** The script that becomes it. */
  readonly startFile: string;
  /** Where its output goes. */
  readonly log: string;
  /** Where its own process id is written, where somebody wants to know it. */
  readonly childPidFile?: string;
  /** Seconds that it gets to end. Default: 30, as for its jail. */
  readonly stopTimeout?: number;
}

/**
 * Text of the rc script. `daemon -f` lets go of the caller's descriptors; `-r` restarts what crashes. Since FreeBSD 14
 * daemon leaves after its program, on 13 at once, and rc waits for daemon alone, without end: so it has a way to stop of its own.
 */
export function supervisedText(spec: Supervised): string {
  const { service = appService, envFile, user, startFile, log, childPidFile, stopTimeout = usualStop } = spec;
  const child = childPidFile === undefined ? "" : `-p ${childPidFile} `;
  return `#!/bin/sh
# Made by alcaide. Changes are overwritten.
# PROVIDE: ${service}
# REQUIRE: LOGIN
# KEYWORD: shutdown
. /etc/rc.subr
name=${service}
rcvar=${service}_enable
load_rc_config $name
: \${${service}_enable:=NO}
start_precmd=${service}_variables
pidfile=${supervisorPidFile(service)}
procname=/usr/sbin/daemon
command=/usr/sbin/daemon
command_args="-f -r -H -P $pidfile ${child}-o ${log} -u ${user} -t ${service} ${startFile}"
stop_cmd=${service}_stop

${service}_variables() {
	${carryVariables(envFile).text} || exit 1
}

${service}_stop() {
	[ -n "$rc_pid" ] || { echo "$name is not running."; return 1; }
	echo "Stopping $name."
	children=$(pgrep -P "$rc_pid")
	kill -TERM "$rc_pid" || return 1
	pwait -t ${stopTimeout} "$rc_pid" $children 2>/dev/null
	[ $? -eq 124 ] || return 0
	echo "${killedMark}${stopTimeout} s"
	kill -KILL "$rc_pid" $children $(pgrep -P "$rc_pid") 2>/dev/null; :
}

run_rc_command "$1"
`;
}

/** Where logs are in a jail: the host's directory, mounted. */
export const jailLogDir = "/var/log/alcaide";
