# Looking at the whole machine from inside a jail: processes, mounts and jails are the kernel's knowledge
# on FreeBSD, here they are files outside of the jail's tree.
package HostRoot;
use strict;
use Exporter 'import';
use Linux;
our @EXPORT = qw(from_host_root may_leave see_all);

my $outside = 0;
# The user of a program that c/raise.c has started again: root's rights are there for from_host_root alone.
my $user = delete $ENV{TESTHOST_USER};
if (defined $user) { keep_root_saved($user) or die "Cannot become user $user again: $!\n" }

# Starts this program again so that it sees what only Linux's root does; the first thing that it does.
sub see_all {
    return if $> == 0 || defined $user;
    exec '/libexec/testhost/raise', $0, @ARGV;
}

# True when this process stands at the host's root already, or as root could go there.
sub may_leave { return $outside || -e '/proc/self/stat' || $> == 0 }

# Runs the work with the host's root as / and comes back; at the host's root it just runs it.
sub from_host_root {
    my ($work) = @_;
    return as_root($work) if defined $user && $> != 0;
    return $work->() if $outside || -e '/proc/self/stat' || $> != 0;
    opendir my $root, '/' or return;
    opendir my $here, '.' or return;
    leave() or return;
    $outside = 1;
    my @result = eval { $work->() };
    my $error = $@;
    $outside = 0;
    chdir $root and chroot '.' and chdir $here;
    die $error if $error;
    return wantarray ? @result : $result[0];
}

sub as_root {
    my ($work) = @_;
    local $> = 0;
    return from_host_root($work);
}

# A root deeper than the working directory leaves that directory outside of it; from there .. leads to the top.
sub leave {
    chdir '/' or return 0;
    my ($deeper) = grep { -d "/$_" } qw(libexec bin etc usr dev);
    defined $deeper and chroot "/$deeper" or return 0;
    my $last = '';
    for (1 .. 64) {
        my ($device, $inode) = stat '.';
        last if "$device:$inode" eq $last;
        $last = "$device:$inode";
        chdir '..';
    }
    return chroot '.';
}

1;
