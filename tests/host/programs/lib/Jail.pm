# The jails that exist: one small file each under /var/run/testhost/jails, named by the jid, and a holder
# process that keeps the jail's UTS namespace and root directory while the jail lives.
package Jail;
use strict;
use Exporter 'import';
use Fcntl ':flock';
use Bsd;
use HostRoot;
use Linux;
our @EXPORT = qw(my_jid my_addresses jails find_jail visible_jails save_jail forget_jail next_jid with_jail_lock
    start_holder holder_namespace members namespace_of jail_mark);

use constant { STATE => '/var/run/testhost', JAILS => '/var/run/testhost/jails', HOLDER => 'testhost-jail' };

# The mark a jail carries as the NIS domain name of its UTS namespace; every process in it can read it. Before the
# addresses it has a word for each kind of System V IPC that the jail may use.
sub jail_mark {
    my ($jail) = @_;
    my @ipc = map { s/^sysv//r } grep { $jail->{'allow.sysvipc'} || ($jail->{$_} // 'disable') ne 'disable' } qw(sysvshm sysvsem sysvmsg);
    return substr "jail:$jail->{jid}:" . join(',', @ipc, $jail->{'ip4.addr'} // ''), 0, 64;
}

# The jid of the jail this process is in, 0 on the host.
sub my_jid { return domain_name() =~ /^jail:(\d+):/ ? $1 : 0 }

# The IPv4 addresses of this process's jail.
sub my_addresses { return domain_name() =~ /^jail:\d+:(.+)/ ? grep({ !/^(?:shm|sem|msg)$/ } split /,/, $1) : () }

# All jails by rising jid, as records of the parameters and the test host's own keys (jid, holder, uts).
# A jail without persist whose last process has gone is forgotten on the way.
sub jails {
    return from_host_root(sub {
        my @found = grep { $_ } map { read_jail($_) } sort { $a <=> $b } jids();
        my @alive;
        for my $jail (@found) {
            if ($jail->{persist} || $jail->{starting} || members($jail)) { push @alive, $jail; next }
            forget_jail($jail) if $> == 0;
        }
        return @alive;
    });
}

sub jids { opendir my $dir, JAILS or return (); return grep { /^\d+$/ } readdir $dir }

sub read_jail {
    my ($jid) = @_;
    my $text = slurp(JAILS . "/$jid") // return;
    my %jail = map { /^([^=]+)=(.*)$/s ? ($1, $2) : () } split /\n/, $text;
    return if !$jail{holder} || !-e "/proc/$jail{holder}";
    return \%jail;
}

# The jails that a process may see: on the host all jails, in a jail none (no jail here has children).
sub visible_jails { return my_jid() ? () : jails() }

# A jail by its name, or by its jid when the word is a number.
sub find_jail {
    my ($word, @among) = @_;
    @among = visible_jails() if !@among;
    my ($found) = grep { $word =~ /^\d+$/ ? $_->{jid} == $word : $_->{name} eq $word } @among;
    return $found;
}

sub save_jail {
    my ($jail) = @_;
    return from_host_root(sub {
        mkdir STATE;
        mkdir JAILS;
        return spew(JAILS . "/$jail->{jid}", join '', map { "$_=$jail->{$_}\n" } sort keys %$jail);
    });
}

# Ends the holder and takes the record away; the caller has seen to the processes.
sub forget_jail {
    my ($jail) = @_;
    return from_host_root(sub {
        unlink JAILS . "/$jail->{jid}";
        kill 'KILL', $jail->{holder} if $jail->{holder};
        return 1;
    });
}

# Numbers are given out upwards and not again until the next boot.
sub next_jid {
    mkdir STATE;
    my $last = slurp(STATE . '/jid') // 0;
    spew(STATE . '/jid', ($last + 1) . "\n");
    return $last + 1;
}

# Runs the work while no other program changes the table of jails.
sub with_jail_lock {
    my ($work) = @_;
    mkdir STATE;
    open my $lock, '>>', STATE . '/lock' or return $work->();
    flock $lock, LOCK_EX;
    return $work->();
}

# The identity of a process's UTS namespace, or '' when it is gone or not ours to see.
sub namespace_of { my ($pid) = @_; return readlink("/proc/$pid/ns/uts") // '' }

# The processes of a jail: all in its namespace but the holder and the dead.
sub members {
    my ($jail) = @_;
    opendir my $dir, '/proc' or return ();
    my @pids = grep { /^\d+$/ && $_ != $jail->{holder} } readdir $dir;
    return grep { namespace_of($_) eq $jail->{uts} && !is_zombie($_) } @pids;
}

sub is_zombie { my ($pid) = @_; return (slurp("/proc/$pid/stat") // ') Z') =~ /\) [ZX]/ }

# Starts the process that holds a new jail's namespace and root; fills in holder and uts.
sub start_holder {
    my ($jail) = @_;
    pipe my $ready, my $tell or return 0;
    my $pid = fork // return 0;
    hold($jail, $tell) if $pid == 0;
    close $tell;
    my $answer = <$ready> // '';
    return 0 if $answer !~ /^(uts:\S+)/;
    @$jail{qw(holder uts)} = ($pid, $1);
    return 1;
}

sub hold {
    my ($jail, $tell) = @_;
    require POSIX;  # before the jail is the root directory
    POSIX::setsid();
    $SIG{$_} = 'IGNORE' for qw(HUP INT QUIT TERM PIPE);
    new_uts() or POSIX::_exit(1);
    set_host_name($jail->{'host.hostname'});
    set_domain_name(jail_mark($jail));
    my $uts = namespace_of('self');
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', '/dev/null';
    open STDERR, '>', '/dev/null';
    chroot $jail->{path} and chdir '/' or POSIX::_exit(1);
    set_title(HOLDER, HOLDER);
    syswrite $tell, "$uts\n";
    close_from(3);
    sleep 3600 while 1;
}

# An open file of a jail's UTS namespace.
sub holder_namespace { my ($jail) = @_; open my $uts, '<', "/proc/$jail->{holder}/ns/uts" or return; return $uts }

1;
