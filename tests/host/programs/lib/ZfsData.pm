# A dataset's files: mounting them, copying them for snapshots and clones, measuring them.
package ZfsData;
use strict;
use Exporter 'import';
use Bsd;
use Flags;
use Linux;
use MountTable;
use ZfsState;
our @EXPORT = qw(mount_set unmount_set is_mounted copy_set remove_set size_of_set);

sub is_mounted {
    my ($name) = @_;
    return scalar grep { $_->{type} eq 'zfs' && $_->{from} eq $name } root_mounts(), mounts();
}

sub make_path {
    my ($path) = @_;
    my $so_far = '';
    for my $part (grep { length } split m{/}, $path) {
        $so_far .= "/$part";
        mkdir $so_far, 0755 if !-d $so_far;
    }
    return -d $path;
}

# Mounts a file system at its mount point, if it has one and is to be mounted by itself (canmount is not inherited);
# false with a text in $@ when that fails.
sub mount_set {
    my ($state, $name) = @_;
    my ($at) = mountpoint_of($state, $name);
    my $can = $state->{sets}{$name}{props}{canmount} // 'on';
    return 1 if $at eq 'none' || $at eq 'legacy' || $can ne 'on' || is_mounted($name);
    if (!make_path($at) || !mount_at(data_dir($state->{sets}{$name}), $at, '', MS_BIND, '')) {
        $@ = "cannot mount '$at': " . errtext();
        return 0;
    }
    my %off = (atime => 'noatime', exec => 'noexec', setuid => 'nosuid');
    my @off = map { ((property_of($state, $name, $_))[0] // 'on') eq 'off' ? $off{$_} : () } sort keys %off;
    record_mount('zfs', $name, $at, join ',', 'rw', @off, 'nfsv4acls');
    return 1;
}

# Unmounts it; false when something in it is in use. By force it goes from under whoever uses it.
sub unmount_set {
    my ($name, $force) = @_;
    return 0 if grep { $_->{from} eq $name } root_mounts();
    my ($mount) = grep { $_->{type} eq 'zfs' && $_->{from} eq $name } mounts();
    return 1 if !$mount;
    return 0 if !$force && mounts_below($mount->{to});
    unmount_at($mount->{to}, $force ? MNT_DETACH : 0) or return 0;
    forget_mount($mount->{to});
    rmdir $mount->{to};
    return 1;
}

# Copies one dataset's files to another's place, with hard links, owners, times and the flag schg.
sub copy_set {
    my ($from, $to) = @_;
    my ($source, $target) = (data_dir($from), data_dir($to));
    # Nobody looks into a snapshot of the whole system; its files would be copied into themselves.
    return mkdir $target, 0755 if $source eq '/';
    my $failed = system '/libexec/testhost/bin/gnu-cp', '-a', '--', $source, $target;
    return 0 if $failed;
    immutable_below($source, sub { my ($path) = @_; Flags::set_immutable($target . substr($path, length $source), 1) });
    return 1;
}

# Calls the function with every file and directory below that carries schg.
sub immutable_below {
    my ($dir, $call) = @_;
    opendir my $handle, $dir or return;
    for my $name (readdir $handle) {
        next if $name eq '.' || $name eq '..';
        my $path = "$dir/$name";
        lstat $path or next;
        my $is_dir = -d _;
        immutable_below($path, $call) if $is_dir;
        next if !$is_dir && !-f _;
        $call->($path) if Flags::immutable($path);
    }
    return;
}

# Removes a dataset's files, flagged or not.
sub remove_set {
    my ($set) = @_;
    my $dir = data_dir($set);
    return 1 if !-d $dir;
    immutable_below($dir, sub { my ($path) = @_; Flags::set_immutable($path, 0) });
    return system('/libexec/testhost/bin/gnu-rm', '-rf', '--', $dir) == 0;
}

my %bytes;

# The bytes a dataset's files take; a program that changes files measures none.
sub size_of_set {
    my ($set) = @_;
    return $bytes{ data_dir($set) } //= measured(data_dir($set));
}

sub measured {
    my ($dir) = @_;
    return 24576 if !-d $dir;
    open my $out, '-|', '/libexec/testhost/bin/gnu-du', '-skx', '--exclude=/var/db/testhost', '--', $dir or return 24576;
    my ($kilobytes) = (<$out> // '') =~ /^(\d+)/;
    close $out;
    return (($kilobytes // 0) || 24) * 1024;
}

1;
