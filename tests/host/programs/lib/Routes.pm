# The IPv4 routes of the host, as FreeBSD would hold them: one for each address of its own, on lo0 or lo1,
# one for each network, and the default.
package Routes;
use strict;
use Exporter 'import';
use Bsd;
use HostRoot;
use Modules;
use Release;
our @EXPORT = qw(routes find_route);

# Addresses of the outside world that are played inside of the host's namespace: the mirror and the name server.
my %OUTSIDE = map { $_ => 1 } qw(10.0.2.2 10.0.2.3);

sub is_outside { my ($address) = @_; return $OUTSIDE{$address} }

sub quad { my ($hex) = @_; return join '.', reverse unpack 'C4', pack 'H8', $hex }

sub number { my ($address) = @_; return unpack 'N', pack 'C4', split /\./, $address }

sub text { my ($number) = @_; return join '.', unpack 'C4', pack 'N', $number }

sub bsd_name { my ($name) = @_; return $name eq 'lo' ? 'lo0' : $name }

# The host's own addresses as [address, interface, prefix]: the local table of fib_trie knows addresses, route the interfaces.
sub own_addresses {
    my @found;
    my %seen;
    my $last;
    for my $line (split /\n/, slurp('/proc/net/fib_trie') // '') {
        if ($line =~ /\|-- (\d+\.\d+\.\d+\.\d+)/) { $last = $1 }
        elsif (defined $last && $line =~ m{/32 host LOCAL} && !$OUTSIDE{$last} && !$seen{$last}++) { push @found, $last }
    }
    return @found;
}

sub kernel_routes {
    my @routes;
    for my $line (split /\n/, slurp('/proc/net/route') // '') {
        my ($name, $to, $gateway, undef, undef, undef, undef, $mask) = split ' ', $line;
        next if $name eq 'Iface';
        push @routes,
            { interface => bsd_name($name), to => quad($to), gateway => $gateway =~ /^0+$/ ? '' : quad($gateway),
            mask => quad($mask), host => 0 };
    }
    return @routes;
}

# Interfaces in FreeBSD's order, for link#N.
sub link_number {
    my ($interface) = @_;
    my %fixed = (vtnet0 => 1, lo0 => 2, pflog0 => 3, lo1 => 3 + !!is_loaded('pflog'));
    return $fixed{$interface} // 5;
}

sub routes {
    return from_host_root(sub {
        my @kernel = kernel_routes();
        my @routes = @kernel;
        for my $address (own_addresses()) {
            my ($net) =
                grep { $_->{mask} ne '0.0.0.0' && (number($address) & number($_->{mask})) == number($_->{to}) } @kernel;
            my $on = $net ? $net->{interface} : $address =~ /^127\./ ? 'lo0' : 'lo1';
            push @routes,
                { to => $address, mask => '255.255.255.255', host => 1, gateway => '',
                interface => $on =~ /^lo/ ? $on : 'lo0', link => link_number(since(15) && $on !~ /^lo/ ? 'lo0' : $on) };
        }
        $_->{link} //= link_number($_->{interface}) for @routes;
        return sort { number($a->{to}) <=> number($b->{to}) || number($a->{mask}) <=> number($b->{mask}) } @routes;
    });
}

# The route that a packet to this address takes.
sub find_route {
    my ($address, $default) = @_;
    my @fitting = grep { (number($address) & number($_->{mask})) == number($_->{to}) } routes();
    @fitting = grep { $_->{mask} eq '0.0.0.0' } @fitting if $default;
    my ($best) = sort { number($b->{mask}) <=> number($a->{mask}) } @fitting;
    $best->{interface} = 'lo0' if $best && $best->{host};
    return $best;
}

1;
