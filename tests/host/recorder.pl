#!/usr/bin/perl
# One per test host, outside its process namespace but inside its network namespace: boots the host, records the calls
# of all its programs, injects faults, and clears everything away when the process that started it is gone (end of
# standard input). Requests come as lines of URI-encoded words, each is answered by one line of JSON.
#
# Arguments: KEY=VALUE of dir, layers, mirror, release, lock, enter, and disk (megabytes, or empty for the usual size).
use strict;
use warnings;
use Fcntl qw(:flock);
use IO::Socket::UNIX;
use POSIX qw(:sys_wait_h setsid);
use Socket;
use Time::HiRes qw(time);

my %arg = map { split /=/, $_, 2 } @ARGV;
my $SOCKET_NAME = "\0alcaide-testhost";
my $MIRROR_ADDRESS = '10.0.2.2:8000';
my $REBOOT_STATUS = 3;
# What a launcher sends when the program that it was told to run has ended.
my $HAS_RUN = "\1";
# Megabytes.
my $USUAL_DISK = 11_896;
my $MEMORY_NEEDED = 3_000;

my (@calls, @rules);
my ($init, $mirror_pipe, $booting, $disk);
# What was saved and lies below the host's changes, if anything.
my $below = '';

setsid();
$SIG{$_} = 'IGNORE' for qw(INT HUP PIPE);
$SIG{TERM} = sub { finish() };
$| = 1;
open my $world, '<', $arg{lock} or die "Cannot open $arg{lock}: $!\n";
flock $world, LOCK_SH;
my $listener = IO::Socket::UNIX->new(Type => SOCK_STREAM, Local => $SOCKET_NAME, Listen => 128)
    or die "Cannot listen: $!\n";
print "{\"pid\":$$}\n";
main();

sub main {
    my ($input, $looked) = ('', 0);
    while (1) {
        my $ready = '';
        vec($ready, fileno $_, 1) = 1 for \*STDIN, $listener;
        next if select($ready, undef, undef, $booting ? 0.01 : 0.2) < 0;
        if (vec $ready, fileno $listener, 1) { answer_call() }
        if (vec $ready, fileno STDIN, 1) {
            my $got = sysread STDIN, $input, 65536, length $input;
            finish() if !$got;
            while ($input =~ s/^(.*)\n//) { request(split / /, $1, -1) }
        }
        # Not at each call, of which a boot has hundreds.
        if (time > $looked + 0.01) { watch_init(); $looked = time }
    }
}

# Requests

sub request {
    my ($what, @words) = map { decode($_) } @_;
    if ($what eq 'boot')           { boot(); return }
    elsif ($what eq "cable")       { @arg{qw(address gateway)} = @words; answer("true") }
    elsif ($what eq 'stop')        { stop(); answer('true') }
    elsif ($what eq 'calls')       { answer(json(\@calls)) }
    elsif ($what eq 'clear')       { @calls = (); answer('true') }
    elsif ($what eq 'fault')       { add_rule(@words); answer('true') }
    elsif ($what eq 'clearfaults') { my $left = @rules; @rules = (); answer($left) }
    elsif ($what eq 'faults')      { answer(scalar @rules) }
    elsif ($what eq 'save')        { answer(save(@words) ? 'true' : 'false') }
    elsif ($what eq 'restore')     { answer(restore(@words) ? 'true' : 'false') }
    elsif ($what eq 'layer')       { answer(layer(@words) ? 'true' : 'false') }
    elsif ($what eq 'disk')        { answer(size_disk($arg{disk} . 'm') ? 'true' : 'false') }
    elsif ($what eq 'pid')         { answer($init ? init_pid() : 'null') }
    elsif ($what eq 'quit')        { finish() }
    return;
}

sub decode { my ($word) = @_; $word =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge; return $word }

sub answer { my ($text) = @_; print "$text\n"; return }

sub json {
    my ($value) = @_;
    return '[' . join(',', map { json($_) } @$value) . ']' if ref $value;
    $value =~ s/(["\\])/\\$1/g;
    $value =~ s/([\x00-\x1f\x7f])/sprintf '\\u%04x', ord $1/ge;
    return qq("$value");
}

# Calls and faults

# A launcher sends all at once.
sub answer_call {
    accept my $call, $listener or return;
    my $request = '';
    while (length $request < 4 || length($request) - 4 < unpack 'L', $request) {
        sysread $call, $request, 1 << 20, length $request or return;
    }
    my ($name, $directory, @args) = split /\0/, substr($request, 4), -1;
    pop @args;
    push @calls, [$name, @args] if $name ne $HAS_RUN;
    syswrite $call, $name eq $HAS_RUN ? drop_session($call) : verdict($call, $name, @args);
    return;
}

sub add_rule {
    my %rule;
    @rule{qw(program args nth effect status stderr)} = @_;
    $rule{seen} = 0;
    push @rules, \%rule;
    return;
}

# The orders for a program; a rule is used up when it has struck.
sub verdict {
    my ($call, $name, @args) = @_;
    my $joined = join ' ', @args;
    my $struck;
    for my $rule (@rules) {
        next if $rule->{program} !~ /^(?:\*|\Q$name\E)$/ || (length $rule->{args} && $joined !~ /$rule->{args}/s);
        $struck //= $rule if ++$rule->{seen} == $rule->{nth};
    }
    return 'g' if !$struck;
    @rules = grep { $_ != $struck } @rules;
    my $effect = $struck->{effect};
    my $failure = chr($struck->{status}) . $struck->{stderr};
    return "f$failure" if $effect eq 'fail';
    return "a$failure" if $effect eq 'after-fail';
    return 'k' if $effect eq 'kill';
    return 'h' if $effect eq 'hang';
    return 'r' if $effect eq 'after-drop';
    return drop_session($call) if $effect eq 'drop';
    kill split / /, $struck->{stderr} =~ s/\n$//r if $effect eq 'signal';
    fill_disk() if $effect eq 'full';
    if ($effect eq 'reboot') { boot(); $booting = 2 }
    return 'g';
}

# Ends the SSH session that the caller belongs to, as a lost connection does; the caller itself goes on.
sub drop_session {
    my ($call) = @_;
    my ($pid) = unpack 'l', getsockopt $call, SOL_SOCKET, 17;    # SO_PEERCRED
    my @servers;
    while ($pid && $pid > 1) {
        my ($comm, $parent) = parent_of($pid);
        push @servers, $pid if $comm eq 'sshd';
        $pid = $parent;
    }
    pop @servers;    # the listener
    kill 'KILL', @servers if @servers;
    return 'g';
}

sub parent_of {
    my ($pid) = @_;
    open my $file, '<', "/proc/$pid/stat" or return ('', 0);
    my ($comm, $parent) = <$file> =~ /\((.*)\) \S (\d+)/s;
    return ($comm, $parent);
}

# The host's life

sub boot {
    stop();
    network();
    start_mirror() if !$mirror_pipe;
    make_disk() if !$disk;
    unlink "$arg{dir}/init.pid";
    $init = fork // die "Cannot fork: $!\n";
    if (!$init) {
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$arg{dir}/boot.log";
        open STDERR, '>&', \*STDOUT;
    { no warnings "exec"; exec 'unshare', qw(--pid --mount --uts --ipc --fork --kill-child sh), $arg{enter}, $arg{dir}, $disk, layers(); }
        POSIX::_exit(127);
    }
    $booting = 1;
    return;
}

# Below what was saved a directory can be renamed only by name, and a file gets another mode without a copy of it.
sub layers { return length $below ? ("$below:$arg{layers}", ',redirect_dir=on,metacopy=on') : ($arg{layers}, '') }

# Where the host's changes are kept: in memory, which is quick and which nobody else sees; in a folder where memory is
# scarce or its files cannot be immutable (before Linux 6.6). A size that is asked for is kept to in any case.
sub make_disk {
    $disk = "$arg{dir}/disk";
    my $size = ($arg{disk} || $USUAL_DISK) . "m";
    return if ($arg{disk} || free_memory() > $MEMORY_NEEDED) && system("mount -t tmpfs -o size=$size,mode=755 disk '$disk'") == 0
        && (immutable_files($disk) || $arg{disk}) && system("cp -a '$arg{dir}/upper' '$arg{dir}/work' '$disk'") == 0;
    system "umount '$disk' 2>/dev/null";
    $disk = $arg{dir};
    return;
}

# From now on there is room for nothing more.
sub fill_disk {
    my $size = -1;
    # A file that goes meanwhile leaves room, and below what is in use no size is taken.
    for (1 .. 100) {
        my $used = used();
        return 1 if $used == $size;
        $size = size_disk("${used}k") ? $used : -1;
    }
    return;
}

sub used {
    open my $out, '-|', 'df', '-k', '--output=used', $disk or return -1;
    my ($used) = map { /(\d+)/ } <$out>;
    return $used;
}

sub size_disk {
    my ($size) = @_;
    return system("mount -o remount,size=$size '$disk' 2>/dev/null") == 0;
}

# Keeps what the host has on its disk, under a name or at a path that other hosts read; the power is cut for it.
sub save {
    my $place = saved(@_);
    return 0 if length $below;
    stop();
    return system("mkdir -p '$arg{dir}/saved' && cp -a '$disk/upper' '$place'") == 0;
}

sub restore {
    my $place = saved(@_);
    stop();
    $below = '';
    return system("rm -rf '$disk/upper' '$disk/work' && mkdir '$disk/work' && cp -a '$place' '$disk/upper'") == 0;
}

sub layer {
    ($below) = @_;
    stop();
    return system("rm -rf '$disk/upper' '$disk/work' && mkdir -m 755 '$disk/upper' '$disk/work'") == 0;
}

sub saved { my ($name) = @_; return $name =~ m{^/} ? $name : "$arg{dir}/saved/$name" }

sub free_memory {
    open my $file, '<', '/proc/meminfo' or return 0;
    return (map { /^MemAvailable:\s+(\d+)/ ? $1 >> 10 : () } <$file>)[0] // 0;
}

sub immutable_files {
    my ($folder) = @_;
    return system("f='$folder/.try'; : >\$f && chattr +i \$f 2>/dev/null && chattr -i \$f; s=\$?; rm -f \$f; exit \$s") == 0;
}

# The part of the machine's firmware and cables: interfaces as at power-on.
sub network {
    my ($links) = join ' ', map { m{([^/]+)$} } glob '/proc/sys/net/ipv4/conf/*';
    my @batch = map { "link del $_" } grep { !/^(all|default|lo|vtnet0|.*\.p)$/ } split / /, $links;
    push @batch, 'link set lo up', 'addr flush dev vtnet0', "addr add $arg{address}/30 dev vtnet0",
        'link set vtnet0 up', "route replace default via $arg{gateway}",
        "route replace local 10.0.2.2/32 dev lo src $arg{address}",
        "route replace local 10.0.2.3/32 dev lo src $arg{address}";
    open my $ip, '|-', 'ip -force -batch - 2>/dev/null' or die "Cannot run ip: $!\n";
    print $ip map { "$_\n" } @batch;
    close $ip;
    return;
}

# Tells once that the SSH server listens, or that the host went down before it did; boots again when it asked for it.
sub watch_init {
    return if !$init;
    if (waitpid($init, WNOHANG) == $init) {
        my $status = $?;
        undef $init;
        if ($status == $REBOOT_STATUS << 8) { my $was = $booting; boot(); $booting = $was ? 1 : 2 }
        elsif ($booting) { undef $booting; answer('false') }
        return;
    }
    if ($booting && sshd_listens()) {
        answer('true') if $booting == 1;
        undef $booting;
    }
    return;
}

sub sshd_listens {
    for my $table (qw(tcp tcp6)) {
        open my $file, '<', "/proc/$$/net/$table" or next;
        while (<$file>) { return 1 if /^\s*\d+: [0-9A-F]+:0016 \S+ 0A / }
    }
    return 0;
}

sub init_pid {
    open my $file, '<', "$arg{dir}/init.pid" or return 'null';
    my $pid = <$file> // 'null';
    chomp $pid;
    return $pid;
}

# Power cut: process 1 is killed, and with it all that runs in the host.
sub stop {
    undef $booting;
    return if !$init;
    # Its parent ends when all of the host has ended; it is killed itself only before there is a process 1.
    my $pid = init_pid();
    kill 'KILL', $pid =~ /^\d+$/ ? $pid : $init;
    waitpid $init, 0;
    undef $init;
    return;
}

# The mirror ends when its standard input does.
sub start_mirror {
    my $script = $0 =~ s{[^/]*$}{mirror.pl}r;
    return if !-e $script;
    pipe my $input, $mirror_pipe or die "Cannot make a pipe: $!\n";
    my $pid = fork // die "Cannot fork: $!\n";
    return if $pid;
    open STDIN, '<&', $input;
    open STDOUT, '>', "$arg{dir}/mirror.log";
    open STDERR, '>&', \*STDOUT;
    { no warnings "exec"; exec 'perl', $script, $MIRROR_ADDRESS, $arg{mirror}, $arg{address}, "$arg{dir}/init.pid", $arg{release}; }
    POSIX::_exit(127);
}

sub finish {
    stop();
    close $mirror_pipe if $mirror_pipe;
    system 'ip link del vtnet0 2>/dev/null';
    chdir '/';
    system "umount -l '$arg{dir}/disk' 2>/dev/null";
    if (system("rm -rf '$arg{dir}' 2>/dev/null")) {
        system "chattr -R -f -i '$arg{dir}' 2>/dev/null; rm -rf '$arg{dir}'";
    }
    POSIX::_exit(0);
}
