# The FreeBSD that this host and this tree pretend to be, from /etc/testhost-release. Differences between versions ask here:
# `since(15)` for what a program of this tree does, `kernel_since(15)` for what the kernel does.
package Release;
use strict;
use Exporter 'import';
use Bsd;
use HostRoot;
our @EXPORT = qw(userland_release kernel_release since kernel_since machine machine_arch osreldate);

sub lines { my @lines = split /\n/, slurp('/etc/testhost-release') // ''; return @lines }

# The release of the tree this process sees as /.
sub userland_release { my ($first) = lines(); return $first }

# The running kernel's release: the host's, also inside a jail.
sub kernel_release {
    return from_host_root(sub { userland_release() });
}

sub since { my ($major) = @_; return userland_release() =~ /^(\d+)/ && $1 >= $major }

sub kernel_since { my ($major) = @_; return from_host_root(sub { since($major) }) }

# hw.machine_arch: amd64 or aarch64.
sub machine_arch {
    return from_host_root(sub {
        my ($arch) = map { /^arch (\S+)/ ? $1 : () } lines();
        return ($arch // 'amd64') eq 'arm64' ? 'aarch64' : $arch // 'amd64';
    });
}

# hw.machine: amd64 or arm64.
sub machine { my $arch = machine_arch(); return $arch eq 'aarch64' ? 'arm64' : $arch }

# kern.osreldate of a release: 13.2 is 1302001.
sub osreldate {
    my ($release) = @_;
    my ($major, $minor) = $release =~ /^(\d+)\.(\d+)/ or return 1302001;
    my %known = ('13.2' => 1302001, '14.3' => 1403000, '15.0' => 1500068);
    return $known{"$major.$minor"} // $major * 100000 + $minor * 1000;
}

1;
