# How zfs and zpool print: numbers, properties and columns.
package ZfsText;
use strict;
use Exporter 'import';
use Bsd;
use ZfsState;
use ZfsData;
our @EXPORT = qw(nice_number property_row print_table used_bytes pool_bytes);

# Bytes as zfs shows them to people: 0B, 24K, 185M, 1.05G.
sub nice_number {
    my ($bytes) = @_;
    my $n = $bytes;
    my @units = ('B', 'K', 'M', 'G', 'T', 'P');
    my $unit = shift @units;
    while ($n >= 1024 && @units) { $n /= 1024; $unit = shift @units }
    return "$n$unit" if $unit eq 'B';
    return sprintf '%.2f%s', $n, $unit if $n < 10 && $n != int $n;
    return sprintf '%.1f%s', $n, $unit if $n < 100 && $n != int $n;
    return sprintf '%.0f%s', $n, $unit;
}

# The content of a dataset itself, and of a clone beyond its origin.
sub referenced { my ($state, $name) = @_; return size_of_set($state->{sets}{$name}) }

sub own_bytes {
    my ($state, $name) = @_;
    my $set = $state->{sets}{$name};
    my $bytes = referenced($state, $name);
    return $bytes if !$set->{origin} || !$state->{sets}{ $set->{origin} };
    my $more = $bytes - referenced($state, $set->{origin});
    return $more > 0 ? $more : 0;
}

sub used_bytes {
    my ($state, $name) = @_;
    return 0 if $state->{sets}{$name}{type} eq 'snapshot';
    my $sum = own_bytes($state, $name);
    $sum += used_bytes($state, $_) for children_of($state, $name);
    return $sum;
}

# A pool's size, what is used of it, and what is free. ZFS keeps a 32nd of it for itself.
sub pool_bytes {
    my ($state, $pool) = @_;
    my $size = $state->{pools}{$pool}{size};
    my $used = used_bytes($state, $pool);
    my $usable = $size - int $size / 32;
    return ($size, $used, $usable > $used ? $usable - $used : 0);
}

sub available {
    my ($state, $name) = @_;
    my (undef, undef, $free) = pool_bytes($state, pool_of($name));
    my ($quota) = property_of($state, $name, 'quota');
    return $free if !defined $quota || $quota eq 'none' || $quota !~ /^\d+$/;
    my $left = $quota - used_bytes($state, $name);
    return $left < 0 ? 0 : $left < $free ? $left : $free;
}

# Native properties with a default, and where they are inherited from an ancestor.
my %DEFAULT = (
    quota => 'none', reservation => 'none', refquota => 'none', refreservation => 'none', recordsize => '128K',
    atime => 'on', compression => 'off', readonly => 'off', canmount => 'on', exec => 'on', setuid => 'on', jailed => 'off',
    checksum => 'on', copies => '1', dedup => 'off', snapdir => 'hidden', aclmode => 'discard', sync => 'standard',
    primarycache => 'all', encryption => 'off', secondarycache => 'all', logbias => 'latency',
);
my %NOT_INHERITED = map { $_ => 1 } qw(quota reservation refquota refreservation canmount);

my %COMPUTED = (
    name => sub { $_[1] },
    type => sub { $_[0]{sets}{ $_[1] }{type} },
    creation => sub {
        my ($s, $n, $p) = @_;
        my $t = $s->{sets}{$n}{created};
        return $t if $p;
        require POSIX;
        POSIX::strftime('%a %b %e %k:%M %Y', localtime $t);
    },
    used => sub { size_text(used_bytes(@_[0, 1]), $_[2]) },
    referenced => sub { size_text(referenced(@_[0, 1]), $_[2]) },
    available => sub { $_[0]{sets}{ $_[1] }{type} eq 'snapshot' ? undef : size_text(available(@_[0, 1]), $_[2]) },
    compressratio => sub { $_[2] ? '1.00' : '1.00x' },
    guid => sub { 1000003 * $_[0]{sets}{ $_[1] }{id} + 7 },
    mounted => sub { $_[0]{sets}{ $_[1] }{type} eq 'snapshot' ? undef : is_mounted($_[1]) ? 'yes' : 'no' },
    origin => sub { $_[0]{sets}{ $_[1] }{origin} || undef },
    clones => sub { $_[0]{sets}{ $_[1] }{type} eq 'snapshot' ? join(',', clones_of(@_[0, 1])) || undef : undef },
    defer_destroy =>
        sub { $_[0]{sets}{ $_[1] }{type} eq 'snapshot' ? ($_[0]{sets}{ $_[1] }{deferred} ? 'on' : 'off') : undef },
);
my %ALIAS =
    (avail => 'available', refer => 'referenced', rdonly => 'readonly', compress => 'compression', recsize => 'recordsize');

sub size_text { my ($bytes, $parsable) = @_; return $parsable ? $bytes : nice_number($bytes) }

# A property as [value, source], or undef when zfs has no property of that name.
sub property_row {
    my ($state, $name, $key, $parsable) = @_;
    $key = $ALIAS{$key} // $key;
    if ($COMPUTED{$key}) { my $value = $COMPUTED{$key}->($state, $name, $parsable); return [$value // '-', '-'] }
    my $snapshot = $state->{sets}{$name}{type} eq 'snapshot';
    if ($key eq 'mountpoint') { return $snapshot ? ['-', '-'] : [mountpoint_of($state, $name)] }
    return undef if $key !~ /:/ && !exists $DEFAULT{$key};
    return ['-', '-'] if $snapshot && $key !~ /:/;
    my ($value, $from) = property_of($state, $name, $key);

    if (defined $value && ($from eq 'local' || !$NOT_INHERITED{$key})) {
        $value = nice_number($value) if !$parsable && $key =~ /quota|reservation/ && $value =~ /^\d+$/;
        return [$value, $from eq 'local' ? 'local' : "inherited from $from"];
    }
    return ['-', '-'] if $key =~ /:/;
    my $default = $DEFAULT{$key};
    $default = '0' if $parsable && $default eq 'none' && $key =~ /quota|reservation/;
    $default = '131072' if $parsable && $key eq 'recordsize';
    return [$default, 'default'];
}

# All properties of a dataset that `get all` shows.
sub all_keys {
    my ($state, $name) = @_;
    my %user;
    for (my $at = $name; defined $at; $at = parent_of($at)) {
        $user{$_} = 1 for grep { /:/ } keys %{ $state->{sets}{$at}{props} || {} };
    }
    return (qw(type creation used available referenced compressratio mounted origin mountpoint), (sort keys %DEFAULT),
        sort keys %user);
}

# Prints rows under titles, or tab separated without titles for -H. Some columns stand on the right.
sub print_table {
    my ($plain, $titles, $right, @rows) = @_;
    if ($plain) { print join("\t", @$_), "\n" for @rows; return }
    my @width = map {
        my $i = $_;
        my $max = 0;
        for ($titles, @rows) { my $l = length $_->[$i]; $max = $l if $l > $max }
        $max
    } 0 .. $#$titles;
    for my $row ($titles, @rows) {
        my @cells = map {
            $right->[$_] ? sprintf '%*s', $width[$_], $row->[$_] : $_ == $#$titles ? $row->[$_] : sprintf '%-*s', $width[$_],
                $row->[$_]
        } 0 .. $#$titles;
        print join('  ', @cells), "\n";
    }
    return;
}

1;
