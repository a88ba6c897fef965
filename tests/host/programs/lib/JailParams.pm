# The parameters that jail(8) of FreeBSD 13.2 knows, and how they are written.
package JailParams;
use strict;
use Exporter 'import';
our @EXPORT = qw(canonical is_internal is_known kind_of is_true kernel_names);

# Parameters that jail(8) itself acts on.
my %INTERNAL = (
    (map { ($_ => 'string') } qw(command depend exec.consolelog exec.jail_user exec.poststart exec.poststop exec.prepare
        exec.prestart exec.prestop exec.release exec.created exec.start exec.stop exec.system_user interface mount
        mount.fstab vnet.interface)),
    (map { ($_ => 'bool') } qw(allow.dying exec.clean exec.system_jail_user ip_hostname mount.devfs mount.fdescfs mount.procfs)),
    (map { ($_ => 'int') } qw(exec.fib exec.timeout stop.timeout)),
);

# Parameters that the kernel keeps for a jail.
my %KERNEL = (
    (map { ("allow.$_" => 'bool') } qw(chflags mlock mount mount.devfs mount.fdescfs mount.fusefs mount.linprocfs mount.linsysfs
        mount.nullfs mount.procfs mount.tmpfs mount.zfs quotas raw_sockets read_msgbuf reserved_ports set_hostname
        socket_af suser sysvipc unprivileged_proc_debug vmm)),
    (map { ($_ => 'jailsys') } qw(host ip4 ip6 linux sysvmsg sysvsem sysvshm vnet)),
    (map { ($_ => 'bool') } qw(persist dying ip4.saddrsel ip6.saddrsel)),
    (map { ($_ => 'int') } qw(children.cur children.max cpuset.id devfs_ruleset enforce_statfs host.hostid jid osreldate
        parent securelevel linux.oss_version)),
    (map { ($_ => 'string') } qw(host.domainname host.hostname host.hostuuid linux.osname linux.osrelease name osrelease path)),
    (map { ($_ => 'addresses') } qw(ip4.addr ip6.addr)),
);

# The name without a "no" of its last part, when what remains is a yes-or-no parameter: (name, negated).
sub canonical {
    my ($name) = @_;
    my $positive = $name =~ s/(^|\.)no([^.]+)$/$1$2/r;
    return ($positive, 1) if $positive ne $name && ($INTERNAL{$positive} // $KERNEL{$positive} // '') =~ /^(?:bool|jailsys)$/;
    return ($name, 0);
}

sub is_internal { return exists $INTERNAL{ $_[0] } }

sub is_known { return exists $INTERNAL{ $_[0] } || exists $KERNEL{ $_[0] } }

sub kind_of { return $INTERNAL{ $_[0] } // $KERNEL{ $_[0] } }

# The kernel's parameters in the order of `jls all`: those without a dot first.
sub kernel_names { return sort { ($a =~ /\./ ? 1 : 0) <=> ($b =~ /\./ ? 1 : 0) || $a cmp $b } keys %KERNEL }

# True when a yes-or-no parameter of a configuration says yes.
sub is_true {
    my ($param) = @_;
    return 0 if !$param;
    my $value = $param->{values}[-1];
    my $yes = !defined $value || lc $value eq 'true' || $value =~ /^\s*[+-]?0*[1-9]/;
    return $yes != $param->{negated} ? 1 : 0;
}

1;
