# The running processes as FreeBSD's kernel would tell them.
package Proc;
use strict;
use Exporter 'import';
use Bsd;
use HostRoot;
use Jail;
use Release;
our @EXPORT = qw(processes jid_of_word kernel_fault);

use constant TICKS => 100;

# Support programs of the test host that no FreeBSD has.
my %HIDDEN = map { ($_ => 1) } Jail::HOLDER, 'testhost-warm';

# All processes, or in a jail those of the jail: {pid ppid pgid sid uid gid jid comm args state start time tty vsz rss nice}.
sub processes {
    my $mine = my_jid();
    my @all = from_host_root(sub { look($mine) });
    return grep { !$mine || $_->{jid} == $mine } @all;
}

sub look {
    my ($mine) = @_;
    my %jid = map { ($_->{uts} => $_->{jid}) } jails();
    my $boot = (slurp('/proc/stat') // '') =~ /^btime (\d+)/m ? $1 : 0;
    opendir my $dir, '/proc' or return ();
    my @pids = sort { $a <=> $b } grep { /^\d+$/ } readdir $dir;
    return grep { $_ } map { one($_, \%jid, $boot) } @pids;
}

sub one {
    my ($pid, $jid, $boot) = @_;
    my ($comm, $rest) = (slurp("/proc/$pid/stat") // return) =~ /^\d+ \((.*)\) (.*)$/s or return;
    return if $HIDDEN{$comm};
    my @stat = split ' ', $rest;
    my ($euid, $ruid) = (slurp("/proc/$pid/status") // '') =~ /^Uid:\s+(\d+)\s+(\d+)/m ? ($2, $1) : (0, 0);
    # While we look, we are root.
    $euid = $ruid if $pid == $$;
    my $uts = namespace_of($pid);
    my $process = {
        pid => $pid, ppid => $stat[1], pgid => $stat[2], sid => $stat[3], tty => $stat[4], uid => $euid, ruid => $ruid,
        gid => (stat "/proc/$pid")[5] // 0, jid => $jid->{$uts} // 0, comm => $comm, state => $stat[0],
        time => ($stat[11] + $stat[12]) / TICKS, nice => $stat[16], start => $boot + $stat[19] / TICKS, vsz => int($stat[20] / 1024), rss => $stat[21] * 4,
    };
    $process->{args} = arguments($pid, $process);
    return $process;
}

# The argument list; our interpreter before a program of ours is left out, and pid 1 is init.
sub arguments {
    my ($pid, $process) = @_;
    $process->{comm} =~ s/^openbsd-//;
    if ($pid == 1) { $process->{comm} = 'init'; return ['/sbin/init'] }
    my @args = split /\0/, (slurp("/proc/$pid/cmdline") // '') =~ s/\0+$//r;
    if (@args > 1 && $args[0] =~ m{^/libexec/testhost/perl$}) { shift @args; shift @args while @args > 1 && $args[0] =~ /^-/ }
    $args[0] =~ s{^/libexec/testhost/bin/}{} if @args;
    return \@args;
}

# Why the list of processes cannot be read, if so: FreeBSD goes through /dev/null, which a jail without devices lacks.
sub kernel_fault {
    return undef if !my_jid() || -c '/dev/null';
    return '/boot/kernel/kernel: No such file or directory' if since(15);
    return -e '/dev/null' ? 'empty file: Invalid argument' : '/dev/null: No such file or directory';
}

# The jid for a word that is a jid or a jail's name; undef when there is no such jail.
sub jid_of_word {
    my ($word) = @_;
    return $word if $word =~ /^0+$/;
    my $jail = find_jail($word);
    return $jail ? $jail->{jid} : undef;
}

1;
