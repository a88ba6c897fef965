# Finding out what a start-up script is asked to do, and doing it: read by rc.subr.

rc_usage()
{
	local word first
	echo -n 1>&2 "Usage: $0 [fast|force|one|quiet]("
	first=
	for word; do
		echo -n 1>&2 "$first$word"
		first="|"
	done
	echo 1>&2 ")"
	exit 1
}

_run_rc_notrunning()
{
	[ -n "$rc_quiet" ] || echo 1>&2 "${name} not running?${pidfile:+ (check $pidfile).}"
}

_run_rc_killcmd() { echo "kill -$1 $rc_pid"; }

_run_rc_doit()
{
	eval "$@"
	_return=$?
	[ $_return -eq 0 ] || [ -n "$rc_force" ]
}

# Needs of a start: variables that say yes, directories, readable files.
_check_required()
{
	local item
	[ "$rc_arg" = start ] || return 0
	for item in $required_vars; do
		checkyesno $item && continue
		warn "\$${item} is not enabled."
		[ -n "$rc_force" ] || return 1
	done
	for item in $required_dirs; do
		[ -d "${item}/." ] && continue
		warn "${item} is not a directory."
		[ -n "$rc_force" ] || return 1
	done
	for item in $required_files; do
		[ -r "${item}" ] && continue
		warn "${item} is not readable."
		[ -n "$rc_force" ] || return 1
	done
	return 0
}

_load_required_modules()
{
	local item
	[ "$rc_arg" = start ] || return 0
	for item in $required_modules; do
		kldload -n ${item%%:*} || [ -n "$rc_force" ] || return 1
	done
	return 0
}

_run_rc_precmd()
{
	_check_required || return 1
	if [ -n "$_precmd" ]; then
		eval "$_precmd $rc_extra_args"
		_return=$?
		[ $_return -eq 0 ] || [ -n "$rc_force" ] || return 1
	fi
	_load_required_modules
}

_run_rc_postcmd()
{
	if [ -n "$_postcmd" ]; then
		eval "$_postcmd $rc_extra_args"
		_return=$?
	fi
	return 0
}

# Splits fast, force, one and quiet off the verb.
_read_verb()
{
	rc_arg=$1 rc_prefix= rc_fast=${rc_fast_boot} rc_force= rc_quiet=
	case $rc_arg in
	fast*) rc_prefix=fast rc_fast=yes rc_quiet=yes ;;
	force*) rc_prefix=force rc_force=yes ;;
	one*) rc_prefix=one rc_one=yes ;;
	quiet*) rc_prefix=quiet rc_quiet=yes ;;
	esac
	rc_arg=${rc_arg#$rc_prefix}
	case $rc_prefix in force|one) [ -z "$rcvar" ] || eval ${rcvar}=YES ;; esac
}

# Reads the ${name}_xxx variables, and the file of variables for the program.
_read_settings()
{
	local file
	if [ -n "${flags+set}" ]; then rc_flags=$flags; else eval rc_flags=\$${name}_flags; fi
	eval _chdir=\$${name}_chdir _chroot=\$${name}_chroot _nice=\$${name}_nice _user=\$${name}_user \
	    _group=\$${name}_group _env=\$${name}_env _prepend=\$${name}_prepend file=\$${name}_env_file
	if [ -n "$_user" ] && [ "$_user" = "$($ID -un)" ]; then _user=; fi
	if [ -n "$file" ] && [ -r "$file" ]; then
		set -a
		. "$file"
		set +a
	fi
}

# The command line that starts the program, as its user where it has one.
_start_command()
{
	_doit="${_env:+/usr/bin/env $_env }$command $rc_flags $command_args"
	[ -n "$_chroot" ] && _doit="chroot ${_user:+-u $_user }${_group:+-g $_group }$_chroot $_doit"
	_doit="${_chdir:+cd $_chdir && }$_doit"
	[ -n "$_user" ] && [ -z "$_chroot" ] && _doit="su -m $_user -c 'sh -c \"$_doit\"'"
	[ -n "$_nice" ] && [ "$_nice" != 0 ] && _doit="nice -n $_nice ${_user:+$_doit}${_user:-sh -c \"$_doit\"}"
	[ -n "$_prepend" ] && _doit="$_prepend $_doit"
	return 0
}

# Verbs that a service which is not enabled still obeys; stop does when something runs.
_needs_enabled()
{
	case $rc_arg in
	# 13.2 refused to tell the status of a service that is off.
	status) [ "$(freebsd-version -u | cut -d . -f 1)" -lt 14 ] ;;
	rcvar|enable|disable|delete|enabled|describe|extracommands) return 1 ;;
	stop) [ -z "$rc_pid" ] ;;
	*) return 0 ;;
	esac
}

_refuse_disabled()
{
	[ -n "$rc_quiet" ] ||
	    echo "Cannot '${rc_arg}' $name. Set ${rcvar} to YES in /etc/rc.conf or use 'one${rc_arg}' instead of '${rc_arg}'."
}

_known_verb()
{
	local verb
	_verbs="start stop restart rcvar enable disable delete enabled describe extracommands ${extra_commands}"
	if [ -n "$_procname" ]; then _verbs="$_verbs status poll"
	elif [ -n "$status_cmd" ]; then _verbs="$_verbs status"
	fi
	for verb in $_verbs; do
		[ "$verb" = "$rc_arg" ] && return 0
	done
	return 1
}

# The pid of what runs already; at boot nothing does.
_find_pid()
{
	rc_pid=
	[ -z "$autoboot" ] && [ -n "$_procname" ] || return 0
	if [ -n "$pidfile" ]; then
		rc_pid=$(check_pidfile "$pidfile" "$_procname" $command_interpreter)
	else
		rc_pid=$(check_process "$_procname" $command_interpreter)
	fi
}

# Does what the first word says; the script's functions and commands take the place of the common ones.
run_rc_command()
{
	local _return _cmd _precmd _postcmd _procname _verbs _doit _user _group _env _chdir _chroot _nice _prepend
	[ $# -gt 0 ] || err 3 'USAGE: run_rc_command arg'
	_return=0 rc_pid=
	_read_verb "$1"
	shift
	rc_extra_args="$*"
	eval command=\${${name}_program:-\$command}
	_procname=${procname:-$command}
	[ -n "$rc_arg" ] || { _known_verb; rc_usage $_verbs; }
	_read_settings
	_find_pid
	if ! _known_verb; then
		echo 1>&2 "$0: unknown directive '$rc_arg'."
		rc_usage $_verbs
	fi
	if [ -n "$rcvar" ] && _needs_enabled && ! checkyesno $rcvar; then
		_refuse_disabled
		return 0
	fi
	eval _cmd=\$${rc_arg}_cmd _precmd=\$${rc_arg}_precmd _postcmd=\$${rc_arg}_postcmd
	if [ -n "$_cmd" ]; then
		_run_rc_precmd || return 1
		_run_rc_doit "$_cmd $rc_extra_args" || return 1
		_run_rc_postcmd
		return $_return
	fi
	case $rc_arg in
	start|stop|reload|restart|status|poll|rcvar|enabled) _rc_$rc_arg || return 1 ;;
	*) rc_usage $_verbs ;;
	esac
	return $_return
}

# Runs a script in a shell of its own, with none of another script's settings: file verb...
run_rc_script()
{
	local _file _verb
	_file=$1 _verb=$2
	[ -n "$_file" ] && [ -n "$_verb" ] || err 3 'USAGE: run_rc_script file arg'
	unset name command command_args command_interpreter extra_commands pidfile procname rcvar rcvars required_dirs \
	    required_files required_vars required_modules desc flags
	for _cmd in start stop restart reload status poll; do
		unset ${_cmd}_cmd ${_cmd}_precmd ${_cmd}_postcmd
	done
	case $_file in
	*.orig|*.rej|*.sample|*~) warn "Ignoring scratch file $_file" ;;
	*.sh) [ -x "$_file" ] && sh "$_file" "$_verb" ;;
	*) [ -x "$_file" ] && ( trap "echo Script $_file interrupted >&2 ; kill -QUIT $$" 3; set "$_verb"; . "$_file" ) ;;
	esac
	return 0
}
