# The mount table as FreeBSD would tell it. The mounts are the kernel's; their FreeBSD names and types are kept here.
package MountTable;
use strict;
use Exporter 'import';
use Fcntl ':flock';
use Bsd;
use HostRoot;
our @EXPORT = qw(record_mount forget_mount mounts mount_on mounts_below root_mounts);

use constant { STATE => '/var/run/testhost', TABLE => '/var/run/testhost/mounts' };

# Mounts that are there before ours. A host whose pool holds `/` says so in the seed of its pool.
sub root_mounts {
    my $on_zfs = (from_host_root(sub { slurp('/var/db/testhost/zfs-pool') }) // '') =~ m{ /\n};
    return (
        $on_zfs
        ? { type => 'zfs', from => 'zroot/ROOT/default', to => '/', opts => 'rw,noatime,nfsv4acls' }
        : { type => 'ufs', from => '/dev/vtbd0p2', to => '/', opts => 'rw', pass => '1 1' },
        { type => 'devfs', from => 'devfs', to => '/dev', opts => 'rw' },
    );
}

# The mounts made since boot, in order, each {type, from, to, opts}.
sub mounts {
    return from_host_root(sub {
        my @mounts;
        for my $line (split /\n/, slurp(TABLE) // '') {
            my %mount;
            @mount{qw(type from to opts)} = map { s/\\t/\t/gr } split /\t/, $line;
            push @mounts, \%mount;
        }
        return @mounts;
    });
}

# The topmost mount whose mount point is exactly this path.
sub mount_on { my ($path) = @_; return (grep { $_->{to} eq $path } root_mounts(), mounts())[-1] }

sub mounts_below { my ($path) = @_; return grep { index($_->{to}, "$path/") == 0 } mounts() }

# Adds a mount: type, from, mount point and options as `mount -p` prints them.
sub record_mount {
    my ($type, $from, $to, $opts) = @_;
    return change(sub { return (@_, { type => $type, from => $from, to => $to, opts => $opts // 'rw' }) });
}

# Takes away the last mount made on this mount point.
sub forget_mount {
    my ($to) = @_;
    return change(sub {
        my @mounts = @_;
        my ($last) = grep { $mounts[$_]{to} eq $to } reverse 0 .. $#mounts;
        splice @mounts, $last, 1 if defined $last;
        return @mounts;
    });
}

sub change {
    my ($edit) = @_;
    return from_host_root(sub {
        mkdir STATE;
        open my $lock, '>>', STATE . '/mounts.lock' or return 0;
        flock $lock, LOCK_EX;
        my @lines = map { join "\t", map { s/\t/\\t/gr } @$_{qw(type from to opts)} } $edit->(mounts());
        return spew(TABLE, join '', map { "$_\n" } @lines);
    });
}

1;
