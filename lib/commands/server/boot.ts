// The script that brings live jails back after a reboot. Plain sh: nothing of ours has to be installed for it.

import { script } from "../../core/script.ts";
import { type Script, sh } from "../../core/sh.ts";
import { writeFile } from "../../remote/files.ts";
import { askDisk, missingOf } from "../jail/jail.ts";
import { defineLimited, overtimeStatus } from "../limited.ts";
import { accessoriesDir, bootScript, jailInterface, jailsDir, liveRoot, logDir, stateDir } from "../paths.ts";
import { setRc } from "./rc_conf.ts";

/** Seconds of a server's shutdown that apps leave to accessories and the rest. */
export const shutdownReserve = 40;

/**
 * Text of the boot script. The live jails stand in the markers that Caddy goes by: one truth, also after a
 * reboot in the middle of a deploy. Accessories have a record; they are up before the first app and down after the last.
 */
export function bootText(): string {
  return `#!/bin/sh
# Made by alcaide: starts accessories, then the jails that have traffic. Changes are overwritten.
# PROVIDE: alcaide
# REQUIRE: LOGIN FILESYSTEMS NETWORKING
# KEYWORD: shutdown
. /etc/rc.subr
name=alcaide
desc="Jails of apps deployed with alcaide"
rcvar=alcaide_enable
start_cmd=alcaide_start
stop_cmd=alcaide_stop
status_cmd=alcaide_status
extra_commands=status
load_rc_config $name
: \${alcaide_enable:=NO}
umask 022

alcaide_jails() {
	for marker in ${liveRoot}/*/blue-* ${liveRoot}/*/green-*; do
		[ -f "$marker" ] || continue
		app=\${marker%/*}; slot=\${marker##*/}
		echo "\${app##*/}_\${slot%%-*}"
	done
}

alcaide_accessories() {
	for record in ${accessoriesDir}/*.json; do
		[ -f "$record" ] || continue
		record=\${record##*/}
		echo "\${record%.json}"
	done
}

${missingOf}

${defineLimited.text}

alcaide_runs() {
	jls -j "$1" jid >/dev/null 2>&1
}

alcaide_start_jail() {
	alcaide_runs "$1" && return
	missing=$(missing_of "$1" | head -n 1)
	if [ -n "$missing" ]; then
		warn "jail $1 does not start: $missing. ${askDisk} Then run: service alcaide start"
	else
		jail -f ${jailsDir}/"$1".conf -c "$1" || warn "jail $1 does not start: see ${logDir}/$1.console.log"
	fi
}

alcaide_start_accessories() {
	for jail in $(alcaide_accessories); do alcaide_start_jail "$jail"; done
	# An app that finds no database at its start may give up; one that is ill, or never answers, must not keep the others down.
	tries=60
	for jail in $(alcaide_accessories); do
		alcaide_runs "$jail" || continue
		until limited 1 10 /bin/sh ${accessoriesDir}/"$jail".health >/dev/null 2>&1; do
			# One that hangs took ten seconds, one that fails a half.
			if [ $? -eq ${overtimeStatus} ]; then tries=$((tries - 20)); else tries=$((tries - 1)); fi
			[ "$tries" -gt 0 ] || break
			sleep 0.5
		done
	done
}

alcaide_start() {
	ifconfig ${jailInterface} >/dev/null 2>&1 || ifconfig ${jailInterface} create
	alcaide_start_accessories
	for jail in $(alcaide_jails); do alcaide_start_jail "$jail"; done
}

# Side by side, and no longer than until so many seconds before the end.
alcaide_end() {
	left=$((end - $1 - $(date +%s))); shift
	[ "$left" -gt 1 ] || left=1
	for jail in "$@"; do
		alcaide_runs "$jail" && timeout "$left" jail -f ${jailsDir}/"$jail".conf -r "$jail" &
	done
	wait
}

# A shutdown that takes too long is killed, and the machine stays in single user mode, out of reach.
alcaide_stop() {
	limit=$(sysctl -n kern.init_shutdown_timeout 2>/dev/null) || limit=120
	[ "\${rcshutdown_timeout:-$limit}" -ge "$limit" ] || limit=$rcshutdown_timeout
	end=$(( $(date +%s) + limit ))
	alcaide_end ${shutdownReserve} $(alcaide_jails)
	alcaide_end 10 $(alcaide_accessories)
}

alcaide_status() {
	for jail in $(alcaide_accessories) $(alcaide_jails); do
		if alcaide_runs "$jail"; then echo "$jail is running"; else echo "$jail is not running"; fi
	done
}

run_rc_command "$1"
`;
}

/** Writes the boot script, enables it and makes our directories. */
export function installBootScript(): Script {
  return script(
    sh`mkdir -p /usr/local/etc/rc.d ${jailsDir} ${`${stateDir}/apps`} ${logDir}`,
    sh`chmod 700 ${stateDir} && chmod 750 ${logDir}`,
    writeFile(bootScript, bootText(), { mode: 0o555 }),
    setRc("alcaide_enable=YES"),
  );
}
