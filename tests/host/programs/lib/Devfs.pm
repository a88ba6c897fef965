# devfs: the devices that a mount of it shows. Ruleset 4 leaves a jail the harmless ones, no ruleset all of the host's.
package Devfs;
use strict;
use Exporter 'import';
use Linux;
our @EXPORT = qw(make_devfs);

my %HARMLESS = (null => [1, 3], zero => [1, 5], random => [1, 8], urandom => [1, 9]);

# Names of devices a jail must not get; here each is as empty as null.
my @HOST_ONLY = qw(acpi bpf bpf0 console consolectl devctl devctl2 devstat fido geom.ctl io kbd0 klog kmem mem mdctl pci pf
    sysmouse ttyv0 vtbd0 vtbd0p1 vtbd0p2 vtbd1 xpt0 zfs);

sub make_devfs {
    my ($point, $ruleset) = @_;
    mount_at('devfs', $point, 'tmpfs', MS_NOSUID | MS_NOEXEC, 'mode=755') or return 0;
    my $mask = umask 0;
    node("$point/$_", 0666, @{ $HARMLESS{$_} }) for keys %HARMLESS;
    if (!$ruleset) { node("$point/$_", 0600, 1, 3) for @HOST_ONLY }
    mkdir "$point/fd", 0555;
    node("$point/fd/$_", 0666, 1, 3) for 0 .. 2;
    symlink "fd/$$_[1]", "$point/$$_[0]" for ['stdin', 0], ['stdout', 1], ['stderr', 2];
    umask $mask;
    return 1;
}

sub node { my ($path, $mode, $major, $minor) = @_; return make_node($path, 0020000 | $mode, $major << 8 | $minor) }

1;
