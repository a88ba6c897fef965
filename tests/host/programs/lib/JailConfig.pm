# A jail's parameters gathered from a configuration or from the command line, and checked as jail(8) does before it acts.
package JailConfig;
use strict;
use Exporter 'import';
use Bsd;
use JailConf;
use JailParams;
our @EXPORT = qw(configured_jails command_line_jail check_jail value_of values_of truth_of number_of warn_jail);

# All jails of a file by name, in order, with common and wildcard parameters merged in and variables replaced.
sub configured_jails {
    my ($path) = @_;
    my @blocks = read_jail_conf($path);
    my @jails;
    for my $block (grep { !is_wild($_->{name}) } @blocks) {
        my $jail = { name => $block->{name}, params => {}, order => [], ok => 1 };
        my $own = $block->{name} =~ /^\d+$/ ? 'jid' : 'name';
        add_param($jail, { name => $own, values => [[$block->{name}]], append => 0, variable => 0 });
        for my $source (grep { $_ == $block || is_wild($_->{name}) && matches($block->{name}, $_->{name}) } @blocks) {
            add_param($jail, $_) for @{ $source->{params} };
        }
        replace_variables($jail);
        push @jails, $jail;
    }
    return @jails;
}

# A jail described by words like name=x path=/y persist; what follows command= is its command.
sub command_line_jail {
    my (@words) = @_;
    my $jail = { name => undef, params => {}, order => [], ok => 1 };
    while (defined(my $word = shift @words)) {
        my ($name, $value) = split /=/, $word, 2;
        my @values = !defined $value ? () : kind_is($name, 'addresses') ? split(/,/, $value) : ($value);
        if ($name eq 'command') { push @values, @words; @words = () }
        add_param($jail, { name => $name, values => [map { [$_] } @values], append => 1, variable => 0 });
    }
    replace_variables($jail);
    return $jail;
}

sub kind_is { my ($name, $kind) = @_; return (kind_of($name) // '') eq $kind }

sub is_wild { return $_[0] =~ /(?:^|\.)\*(?:\.|$)/ }

sub matches {
    my ($name, $pattern) = @_;
    my $regex = join '\.', map { $_ eq '*' ? '[^.]+' : quotemeta } split /\./, $pattern;
    $regex =~ s/\[\^\.\]\+$/.+/;
    return $name =~ /^$regex$/;
}

sub add_param {
    my ($jail, $param) = @_;
    my ($name, $negated) = $param->{variable} ? ("\$$param->{name}", 0) : canonical($param->{name});
    my $old = $jail->{params}{$name};
    if ($old && ($name eq 'name' || $name eq 'jid') && defined $jail->{name}) {
        return fail($jail, "cannot redefine parameter \"$name\".");
    }
    if ($param->{variable} && $jail->{params}{ $param->{name} } || !$param->{variable} && $jail->{params}{"\$$name"}) {
        return fail($jail, "variable \"\$$param->{name}\" cannot have the same name as a parameter.");
    }
    my @values = $old && $param->{append} && @{ $param->{values} } ? @{ $old->{pieces} } : ();
    push @{ $jail->{order} }, $name if !$old;
    $jail->{params}{$name} = { written => $param->{name}, negated => $negated, pieces => [@values, @{ $param->{values} }] };
    return;
}

sub fail { my ($jail, $text) = @_; warn_jail($jail, $text); $jail->{ok} = 0; return }

# A warning; only a configured jail's name is put before it.
sub warn_jail { my ($jail, $text) = @_; say_err(defined $jail->{name} ? "$jail->{name}: $text" : $text); return }

sub replace_variables {
    my ($jail) = @_;
    for my $name (@{ $jail->{order} }) {
        my $param = $jail->{params}{$name};
        $param->{values} = [map { expand($jail, $param, $_, {}) } @{ $param->{pieces} }];
    }
    return;
}

# The text or texts of one value. A variable that holds a list may only stand alone.
sub expand {
    my ($jail, $param, $pieces, $seen) = @_;
    my @refs = grep { ref } @$pieces;
    return join '', @$pieces if !@refs;
    my @lists = map { ref ? [variable($jail, $param, $$_, $seen)] : [$_] } grep { ref || length } @$pieces;
    return @{ $lists[0] } if @lists == 1;
    fail($jail, "$param->{written}: array cannot be substituted inline") if grep { @$_ > 1 } @lists;
    return join '', map { $_->[0] // '' } @lists;
}

sub variable {
    my ($jail, $param, $name, $seen) = @_;
    my $source = $jail->{params}{"\$$name"} // $jail->{params}{$name};
    if (!$source || !@{ $source->{pieces} }) {
        fail($jail, "$param->{written}: variable \"$name\" not found");
        return '';
    }
    if ($seen->{$name}) { fail($jail, "$name: variable loop"); return '' }
    return map { expand($jail, $source, $_, { %$seen, $name => 1 }) } @{ $source->{pieces} };
}

sub values_of { my ($jail, $name) = @_; my $param = $jail->{params}{$name}; return $param ? @{ $param->{values} } : () }

sub value_of { return (values_of(@_))[-1] }

sub truth_of { my ($jail, $name) = @_; return is_true($jail->{params}{$name}) }

sub number_of { my ($value) = value_of(@_); return defined $value ? int $value : undef }

# Checks values, splits interfaces off the addresses and reads mount.fstab: all before anything is done.
# Only a start looks at what goes to the kernel.
sub check_jail {
    my ($jail, $starting) = @_;
    check_formats($jail);
    split_addresses($jail);
    read_fstabs($jail);
    check_kernel_params($jail) if $jail->{ok} && $starting;
    return $jail->{ok};
}

sub check_formats {
    my ($jail) = @_;
    for my $name (grep { is_internal($_) } @{ $jail->{order} }) {
        my $value = value_of($jail, $name) // next;
        my $written = $jail->{params}{$name}{written};
        my $number = $value =~ /^[+-]?\d+$/;
        my $word = $value =~ /^(?:true|false)$/i;
        fail($jail, "$written: unknown boolean value \"$value\"") if kind_is($name, 'bool') && !$number && !$word;
        fail($jail, "$written: non-integer value \"$value\"") if kind_is($name, 'int') && !$number;
    }
    return;
}

sub split_addresses {
    my ($jail) = @_;
    my $default = value_of($jail, 'interface');
    for my $family (qw(ip4 ip6)) {
        my $param = $jail->{params}{"$family.addr"} or next;
        my @placed = grep { defined interface_of($_, $default) } @{ $param->{values} };
        $jail->{"$family.interfaces"} = [map { [interface_of($_, $default), /([^|]*)$/] } @placed];
        $param->{values} = [map { s/^.*\|//r =~ s/[\/ ].*//r } @{ $param->{values} }];
    }
    return;
}

sub interface_of { my ($address, $default) = @_; return $address =~ /^(.*?)\|/ ? $1 : $default }

sub read_fstabs {
    my ($jail) = @_;
    $jail->{fstab} = [];
    for my $path (grep { length } values_of($jail, 'mount.fstab')) {
        my $text = slurp($path);
        if (!defined $text) { fail($jail, "mount.fstab: $path: " . errtext()); next }
        push @{ $jail->{fstab} }, grep { /\S/ } map { s/#.*//r } split /\n/, $text;
    }
    return;
}

sub check_kernel_params {
    my ($jail) = @_;
    for my $name (grep { !is_internal($_) && !/^\$/ } @{ $jail->{order} }) {
        my $written = $jail->{params}{$name}{written};
        if (!is_known($name)) { fail($jail, "unknown parameter: $written"); next }
        my $value = value_of($jail, $name) // next;
        if (kind_is($name, 'int') && $value !~ /^[+-]?\d+$/) { fail($jail, "$written: non-integer value \"$value\"") }
        next if !kind_is($name, 'jailsys') || $value =~ /^(?:disable|new|inherit|[012])$/;
        fail($jail, "$written: unknown value \"$value\"");
    }
    for my $address (values_of($jail, 'ip4.addr')) {
        fail($jail, "ip4.addr: not an IPv4 address: $address") if !is_ipv4($address);
    }
    return;
}

sub is_ipv4 { return $_[0] =~ /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/ && !grep { $_ > 255 } $1, $2, $3, $4 }

1;
