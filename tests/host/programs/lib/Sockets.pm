# The sockets of this network namespace with the processes that hold them.
package Sockets;
use strict;
use Exporter 'import';
use Bsd;
use HostRoot;
use Proc;
use Routes;
our @EXPORT = qw(sockets orphans);

use constant { LISTEN => '0A', CLOSED => '07' };

# FreeBSD's names for Linux's states of TCP.
my %STATE = (
    '01' => 'ESTABLISHED', '02' => 'SYN_SENT', '03' => 'SYN_RCVD', '04' => 'FIN_WAIT_1', '05' => 'FIN_WAIT_2',
    '06' => 'TIME_WAIT', '07' => 'CLOSED', '08' => 'CLOSE_WAIT', '09' => 'LAST_ACK', '0A' => 'LISTEN', '0B' => 'CLOSING',
);

# Every socket once per holder: {proto local remote state process fd}; an address is [ip, port].
sub sockets {
    my @processes = processes();
    return from_host_root(sub {
        my %by_inode;
        for my $protocol (qw(tcp tcp6 udp udp6)) { read_table($protocol, \%by_inode) }
        tell_families(values %by_inode);
        return map { holdings($_, \%by_inode) } @processes;
    });
}

# Connections that no process holds, with no process: those that their program closed, which the kernel still remembers
# for a minute (TIME_WAIT), and those that wait for being accepted.
sub orphans {
    my %held = map { (ends($_) => 1) } @_;
    return from_host_root(sub {
        my %by_inode;
        for my $protocol (qw(tcp tcp6)) { read_table($protocol, \%by_inode) }
        return grep { !$held{ ends($_) } && !Routes::is_outside($_->{local}[0]) } values %by_inode;
    });
}

sub ends { my ($socket) = @_; return join ' ', map { @$_ } @$socket{qw(local remote)} }

sub read_table {
    my ($protocol, $by_inode) = @_;
    for my $line (split /\n/, slurp("/proc/net/$protocol") // '') {
        my @field = split ' ', $line;
        next if $field[0] !~ /^\d+:/;
        my $listens = $field[3] eq ($protocol =~ /^tcp/ ? LISTEN : CLOSED);
        my ($local, $remote) = map { address($_) } @field[1, 2];
        my $kind = $protocol =~ s/6$//r;
        my $family = $kind eq $protocol || is_v4($local) ? 4 : $local->[0] eq '*' ? 46 : 6;
        # Without a socket there is no inode.
        $by_inode->{ $field[9] || $line } = {
            proto => "$kind$family", local => $local, remote => $remote, listens => $listens ? 1 : 0,
            state => $kind eq 'tcp' ? $STATE{ $field[3] } // '?' : '',
        };
    }
    return;
}

# A wildcard of IPv6 serves IPv4 as well, unless another socket has the same port of IPv4.
sub tell_families {
    my (@all) = @_;
    my %taken = map { ("$_->{proto} $_->{local}[1]" => 1) } grep { $_->{local}[0] eq '*' } @all;
    for my $socket (grep { $_->{proto} =~ /46$/ } @all) {
        my $four = $socket->{proto} =~ s/46$/4/r;
        $socket->{proto} =~ s/46$/6/ if $taken{"$four $socket->{local}[1]"};
    }
    return;
}

sub is_v4 { my ($address) = @_; return $address->[0] =~ /^\d+\.\d+\.\d+\.\d+$/ }

sub address {
    my ($text) = @_;
    my ($raw, $port) = split /:/, $text;
    $port = hex($port) || '*';
    return [four($raw), $port] if length $raw == 8;
    my $bytes = pack 'L4', map { hex } $raw =~ /(.{8})/g;
    return ['*', $port] if $bytes eq "\0" x 16;
    return [four(substr $raw, 24), $port] if substr($bytes, 0, 12) eq "\0" x 10 . "\xff\xff";
    require Socket;
    return [Socket::inet_ntop(Socket::AF_INET6(), $bytes), $port];
}

sub four { my ($raw) = @_; my $ip = join '.', unpack 'C4', pack 'L', hex $raw; return $ip eq '0.0.0.0' ? '*' : $ip }

sub holdings {
    my ($process, $by_inode) = @_;
    opendir my $dir, "/proc/$process->{pid}/fd" or return ();
    my @found;
    for my $fd (sort { $a <=> $b } grep { /^\d+$/ } readdir $dir) {
        my ($inode) = (readlink("/proc/$process->{pid}/fd/$fd") // '') =~ /^socket:\[(\d+)\]$/ or next;
        push @found, { %{ $by_inode->{$inode} }, process => $process, fd => $fd } if $by_inode->{$inode};
    }
    return @found;
}

1;
