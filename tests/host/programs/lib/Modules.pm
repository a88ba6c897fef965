# Kernel modules: some are part of the kernel, some are loaded with kldload until the next boot, and those that
# /boot/loader.conf names at each boot.
package Modules;
use strict;
use Exporter 'import';
use Bsd;
use HostRoot;
use Release;
our @EXPORT = qw(module_id loaded_files is_loaded can_load remember forget_module);

my $FILE = '/var/run/testhost/modules';

# In the kernel from the start, with the numbers that kldstat -m shows.
my %BUILT_IN =
    (nullfs => 88, tmpfs => 90, devfs => 12, ufs => 20, fdescfs => 91,
    procfs => 92, if_lo => 30, vtnet => 60);
my %LOADABLE = map { $_ => 1 }
    qw(pf pflog zfs linux linux64 if_bridge if_epair if_tap if_tuntap ipfw ipfw_nat mac_do mac_portacl accf_http accf_data aio
    cpuctl coretemp aesni cryptodev fusefs nfsd nfscl smbfs unionfs racct vmm carp if_wg dummynet sem shm mqueuefs geom_mirror geom_label);

# The numbers that kldstat -m showed of modules that loader.conf named.
sub seen_id { my ($name) = @_; return { pf => kernel_since(15) ? 1 : 105, pflog => 106, zfs => 112 }->{$name} }

sub remembered { return split /\n/, from_host_root(sub { slurp($FILE) }) // '' }

sub is_loaded {
    my ($name) = @_;
    return $BUILT_IN{$name} || scalar grep { $_ eq $name } remembered();
}

sub can_load { my ($name) = @_; return $LOADABLE{$name} }

sub module_id {
    my ($name) = @_;
    return $BUILT_IN{$name} if $BUILT_IN{$name};
    my @all = remembered();
    for my $i (0 .. $#all) { return seen_id($name) // 400 + $i if $all[$i] eq $name }
    return undef;
}

sub loaded_files {
    my $id = 1;
    return ({ id => 1, name => 'kernel' }, map { { id => ++$id, name => "$_.ko" } } remembered());
}

sub remember {
    my ($name) = @_;
    mkdir '/var/run/testhost';
    return spew($FILE, join '', map { "$_\n" } remembered(), $name);
}

sub forget_module {
    my ($name) = @_;
    return spew($FILE, join '', map { "$_\n" } grep { $_ ne $name } remembered());
}

1;
