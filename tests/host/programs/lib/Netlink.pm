# Interfaces and addresses of this network namespace, by rtnetlink.
package Netlink;
use strict;
use Exporter 'import';
use Socket ();
our @EXPORT = qw(links addresses add_link delete_link add_address delete_address link_up);

use constant { AF_NETLINK => 16, NETLINK_ROUTE => 0, ACK => 5, DUMP => 0x301, CREATE => 0x605, REQUEST_ACK => 5 };
use constant { NEWLINK => 16, DELLINK => 17, GETLINK => 18, NEWADDR => 20, DELADDR => 21, GETADDR => 22 };
use constant { IFF_UP => 1, MESSAGE_ERROR => 2, MESSAGE_DONE => 3 };

# Sends one request and returns the messages of the answer as [type, body]; undef with $! set on an error.
sub request {
    my ($type, $flags, $body) = @_;
    socket my $socket, AF_NETLINK, Socket::SOCK_RAW, NETLINK_ROUTE or return undef;
    send $socket, pack('LSSLL', 16 + length $body, $type, $flags, 1, 0) . $body, 0 or return undef;
    my @messages;
    while (defined recv $socket, my $answer, 65536, 0) {
        while (length $answer >= 16) {
            my ($length, $kind) = unpack 'LS', $answer;
            my $payload = substr $answer, 16, $length - 16;
            substr $answer, 0, ($length + 3) & ~3, '';
            return \@messages if $kind == MESSAGE_DONE;
            if ($kind == MESSAGE_ERROR) { $! = -unpack('l', $payload); return $! == 0 ? \@messages : undef }
            push @messages, [$kind, $payload];
        }
    }
    return undef;
}

sub attribute {
    my ($type, $data) = @_;
    my $length = 4 + length $data;
    return pack('SS', $length, $type) . $data . "\0" x (-$length & 3);
}

sub attributes {
    my ($data) = @_;
    my %found;
    while (length $data >= 4) {
        my ($length, $type) = unpack 'SS', $data;
        last if $length < 4;
        $found{ $type & 0x3fff } = substr $data, 4, $length - 4;
        substr $data, 0, ($length + 3) & ~3, '';
    }
    return \%found;
}

# All links by index: {index, name, flags, mtu, mac}.
sub links {
    my $answer = request(GETLINK, DUMP, pack 'CxSiII', 0, 0, 0, 0, 0) // [];
    my @links;
    for my $message (@$answer) {
        my (undef, undef, $index, $flags) = unpack 'CxSiI', $message->[1];
        my $found = attributes(substr $message->[1], 16);
        my $mac = join ':', map { sprintf '%02x', $_ } unpack 'C*', $found->{1} // '';
        my $mtu = unpack 'L', $found->{4} // "\0" x 4;
        push @links, { index => $index, flags => $flags, name => unpack('Z*', $found->{3}), mtu => $mtu, mac => $mac };
    }
    return sort { $a->{index} <=> $b->{index} } @links;
}

# The IPv4 addresses of a link in the order they were made: {address, prefix}.
sub addresses {
    my ($link) = @_;
    my $answer = request(GETADDR, DUMP, pack 'CCCCI', Socket::AF_INET, 0, 0, 0, 0) // [];
    my @addresses;
    for my $message (@$answer) {
        my (undef, $prefix, undef, undef, $index) = unpack 'CCCCI', $message->[1];
        next if $index != $link->{index};
        my $found = attributes(substr $message->[1], 8);
        push @addresses, { address => Socket::inet_ntoa($found->{2} // $found->{1}), prefix => $prefix };
    }
    return @addresses;
}

# Makes a loopback: one end of a virtual cable whose other end is hidden under the name with ".p".
sub add_link {
    my ($name) = @_;
    my $peer = attribute(1, pack('CxSiII', 0, 0, 0, 0, 0) . attribute(3, "$name.p\0"));
    my $info = attribute(1, "veth\0") . attribute(2, $peer);
    my $wanted = attribute(3, "$name\0") . attribute(4, pack 'L', 16384) . attribute(18, $info);
    request(NEWLINK, CREATE, pack('CxSiII', 0, 0, 0, 0, 0) . $wanted) or return 0;
    my %by_name = map { ($_->{name} => $_) } links();
    return link_up($by_name{"$name.p"}) && link_up($by_name{$name});
}

sub link_up { my ($link) = @_; return request(NEWLINK, REQUEST_ACK, pack 'CxSiII', 0, 0, $link->{index}, IFF_UP, IFF_UP) ? 1 : 0 }

sub delete_link { my ($link) = @_; return request(DELLINK, REQUEST_ACK, pack 'CxSiII', 0, 0, $link->{index}, 0, 0) ? 1 : 0 }

sub address_body {
    my ($link, $address, $prefix) = @_;
    my $raw = Socket::inet_aton($address);
    return pack('CCCCI', Socket::AF_INET, $prefix, 0, 0, $link->{index}) . attribute(2, $raw) . attribute(1, $raw);
}

sub add_address { return request(NEWADDR, CREATE, address_body(@_)) ? 1 : 0 }

sub delete_address { return request(DELADDR, REQUEST_ACK, address_body(@_)) ? 1 : 0 }

1;
