# The commands jail(8) starts: ifconfig, mount and umount on the host, the user's own on the host or in the jail.
package JailCommand;
use strict;
use Exporter 'import';
use POSIX ();
use Bsd;
use JailConfig;
use JailEnter;
use LoginClass;
use MountTable;
our @EXPORT = qw(run_command address_command mount_command special_mount_command shell_words);

my %IN_JAIL = map { ($_ => 1) } qw(exec.start exec.stop command);

sub address_command {
    my ($run, $pair) = @_;
    my ($interface, $address) = @$pair;
    my ($ip, $mask) = $address =~ m{^([^/]*)/(.*)$} ? ($1, $2) : ($address, undef);
    my @net = !defined $mask ? ($ip, 'netmask', '255.255.255.255') : $mask =~ /\./ ? ($ip, 'netmask', $mask) : ($address);
    return ['/sbin/ifconfig', $interface, 'inet', @net, $run->{down} ? '-alias' : 'alias'];
}

sub mount_command {
    my ($run, $step, $line) = @_;
    my ($from, $to, $type, $opts) = split ' ', $line;
    my $param = $step eq 'fstab' ? 'mount.fstab' : 'mount';
    if (!defined $type) { warn_jail($run->{config}, "$param: $line: missing information"); return }
    check_path($run, $param, $to, 0, $run->{down} ? $type : undef) or return;
    return ['/sbin/umount', '-t', $type, $to] if $run->{down};
    return ['/sbin/mount', '-t', $type, (defined $opts ? ('-o', $opts) : ()), $from, $to];
}

my %SPECIAL = ('mount.devfs' => ['devfs', 'dev'], 'mount.fdescfs' => ['fdescfs', 'dev/fd'], 'mount.procfs' => ['procfs', 'proc']);

sub special_mount_command {
    my ($run, $step) = @_;
    my ($type, $below) = @{ $SPECIAL{$step} };
    my $path = value_of($run->{config}, 'path');
    if (!defined $path) { warn_jail($run->{config}, "$step: no path"); return }
    check_path($run, $step, "$path/$below", 0, $run->{down} ? $type : undef) or return;
    return ['/sbin/umount', "$path/$below"] if $run->{down};
    my @rules = $type eq 'devfs' ? ('-oruleset=' . (number_of($run->{config}, 'devfs_ruleset') // 4)) : ();
    return ['/sbin/mount', '-t', $type, @rules, '.', "$path/$below"];
}

# A path must be absolute, without links below the jail's root, and on the way down a mount point of its type.
sub check_path {
    my ($run, $param, $path, $is_file, $type) = @_;
    my $why = path_fault($run, $path, $is_file, $type) // return 1;
    warn_jail($run->{config}, "$param: $why");
    return 0;
}

sub path_fault {
    my ($run, $path, $is_file, $type) = @_;
    return "$path: not an absolute pathname" if $path !~ m{^/};
    my $root = value_of($run->{config}, 'path') // '';
    if (index($path, "$root/") == 0) {
        my @parts = split m{/}, substr $path, length($root) + 1;
        for my $last (0 .. $#parts) {
            my $part = join '/', $root, @parts[0 .. $last];
            if (!lstat $part) { return $is_file && $last == $#parts && $! == 2 ? undef : "$part: " . errtext() }
            return "$part is a symbolic link" if -l _;
        }
    }
    return undef if !defined $type;
    return "$path: " . errtext() if !-e $path;
    my $mount = mount_on($path) // return "$path: not a mount point";
    return $mount->{type} eq $type ? undef : "$path: not a $type mount";
}

# A command text is split at blanks, or given to the shell when it holds anything a shell would look at.
sub shell_words {
    my ($text) = @_;
    return ['/bin/sh', '-c', $text] if $text =~ /[!"\$&'()*;<>?\[\\\]`{|}~]/ && $text !~ /^[^!"\$&'()*;<>?\[\\\]`{|}~]*&$/;
    return [split ' ', $text];
}

# Runs a command to its end or its time limit; false after a complaint when it did not end with 0.
sub run_command {
    my ($run, $step, $argv) = @_;
    my $config = $run->{config};
    my $background = $argv->[-1] =~ s/&$//;
    pop @$argv if $background && !length $argv->[-1];
    my $console = console_of($run, $step) // return 0;
    my $shown = join ' ', @$argv;
    my $where = $IN_JAIL{$step} ? ' in jail' : '';
    print "$config->{name}: run command$where: $shown\n" if $run->{verbose} && defined $config->{name};
    my $pid = fork // return 0;
    if ($pid == 0) { child($run, $step, $argv, $console, $background) }
    return 1 if $background;
    my $status = await($pid, number_of($config, 'exec.timeout') || 0);
    return 1 if defined $status && $status == 0;
    my $how = !defined $status ? 'timed out' : $status & 127 ? 'exited on signal ' . ($status & 127) : 'failed';
    warn_jail($config, "$shown: $how");
    return 0;
}

sub open_append { my ($path) = @_; open my $file, q(>>), $path or return; return $file }

sub console_of {
    my ($run, $step) = @_;
    my $path = value_of($run->{config}, 'exec.consolelog');
    return '' if !defined $path || !$IN_JAIL{$step};
    check_path($run, 'exec.consolelog', $path, 1) or return undef;
    my $log = open_append($path);
    warn_jail($run->{config}, "open $path: " . errtext()) if !$log;
    return $log;
}

# The wait status, or undef after the limit. Nobody ends the command then; the caller removes its jail.
sub await {
    my ($pid, $limit) = @_;
    my $got = eval {
        local $SIG{ALRM} = sub { die "limit\n" };
        alarm $limit;
        waitpid $pid, 0;
        alarm 0;
        1;
    };
    return $got ? $? : undef;
}

sub child {
    my ($run, $step, $argv, $console, $background) = @_;
    POSIX::setsid() if $background;
    prepare_child($run, $step) or POSIX::_exit(1);
    if ($console) {
        open STDOUT, '>&', $console;
        open STDERR, '>&', $console;
        close $console;
    }
    { no warnings 'exec'; exec { $argv->[0] } @$argv }
    warn_jail($run->{config}, "exec $argv->[0]: " . errtext());
    POSIX::_exit(1);
}

sub prepare_child {
    my ($run, $step) = @_;
    my $config = $run->{config};
    my $inside = $IN_JAIL{$step};
    my $name = value_of($config, $inside ? 'exec.jail_user' : 'exec.system_user');
    my $clean = truth_of($config, 'exec.clean');
    my $from_host = $inside && truth_of($config, 'exec.system_jail_user');
    my $user;
    if (($clean || defined $name) && $from_host) { $user = user_info($config, $name) or return 0 }
    enter($config, $run->{jail}) or return 0 if $inside;
    return 1 if !$clean && !defined $name;
    if (!$from_host) { $user = user_info($config, $name) or return 0 }
    return take_user($config, $user, $clean, defined $name);
}

sub enter {
    my ($config, $jail) = @_;
    if (!chdir $jail->{path}) { warn_jail($config, "chdir $jail->{path}: " . errtext()); return 0 }
    return 1 if attach($jail);
    warn_jail($config, 'jail_attach: ' . errtext());
    return 0;
}

sub user_info {
    my ($config, $name) = @_;
    my $user = defined $name ? user_named($name) : user_numbered($>);
    return $user if $user;
    my $why = errtext();
    my $which = defined $name ? " $name" : '';
    warn_jail($config, $! ? "getpwnam$which: $why" : defined $name ? "$name: no such user" : "unknown uid $>");
    return;
}

sub take_user {
    my ($config, $user, $clean, $named) = @_;
    if ($clean) { clean_environment($user) }
    else { %ENV = (%ENV, class_variables($user), identity($user)) }
    become_user($user, !$named);
    return 1 if !$clean || chdir $user->{home};
    warn_jail($config, "chdir $user->{home}: " . errtext());
    return 0;
}

1;
