# The state of pf between two calls of pfctl: whether it is enabled, rules by anchor, tables. Gone after a boot.
package PfState;
use strict;
use Bsd;
use Release;

my $DIR = '/var/run/testhost/pf';

sub ready { mkdir '/var/run/testhost'; mkdir $DIR; return }

# {enabled, since}: the file is there while pf is enabled. 15.0 counts the time without as well, from its module's load on.
sub read_state {
    my $enabled = -e "$DIR/enabled";
    my $file = $enabled ? "$DIR/enabled" : -e "$DIR/disabled" ? "$DIR/disabled" : '/var/run/testhost/modules';
    return { enabled => $enabled, since => $enabled || since(15) ? (stat $file)[9] : undef };
}

sub set_enabled {
    my ($on) = @_;
    ready();
    unlink "$DIR/enabled";
    return spew($on ? "$DIR/enabled" : "$DIR/disabled", "1\n");
}

sub anchor_file { my ($anchor) = @_; return "$DIR/anchor." . ($anchor =~ s{/}{%}gr) }

sub rules_of {
    my ($anchor) = @_;
    return map { my ($kind, $text) = split /\t/, $_, 2; { kind => $kind, text => $text } } split /\n/,
        slurp(anchor_file($anchor)) // '';
}

# Replaces an anchor's rules, or with -N or -R only those of one kind.
sub save_rules {
    my ($anchor, $rules, $only) = @_;
    ready();
    my %wanted = (nat => 'translation', filter => 'filter');
    my @new = @$rules;
    if (defined $only) {
        @new = ((grep { $_->{kind} ne $wanted{$only} } rules_of($anchor)), grep { $_->{kind} eq $wanted{$only} } @$rules);
    }
    return spew(anchor_file($anchor), join '', map { "$_->{kind}\t$_->{text}\n" } @new);
}

my %FLUSH = (
    nat => ['translation', "nat cleared\n"], rules => ['filter', "rules cleared\n"],
    Tables => ['table', "0 tables deleted.\n"], states => ['', "0 states cleared\n"],
    info => ['', "pf: statistics cleared\n"], Sources => ['', "source tracking entries cleared\n"],
    osfp => ['', "pf: OS fingerprints cleared\n"],
    all => [
        'all',
        "rules cleared\nnat cleared\n0 tables deleted.\n0 states cleared\nsource tracking entries cleared\npf: statistics cleared\npf: interface flags reset\n"
    ],
);

# A modifier may be cut short, as everywhere in pfctl.
sub full_name {
    my ($word, @names) = @_;
    return (grep { index($_, $word) == 0 } @names)[0];
}

sub flush {
    my ($anchor, $what) = @_;
    my $name = full_name($what, sort keys %FLUSH) // return 0;
    my ($kind) = @{ $FLUSH{$name} };
    return 1 if $kind eq '';
    my @left = $kind eq 'all' ? () : grep { $_->{kind} ne $kind } rules_of($anchor);
    ready();
    spew(anchor_file($anchor), join '', map { "$_->{kind}\t$_->{text}\n" } @left);
    return 1;
}

sub flushed_text { my ($what) = @_; return $FLUSH{ full_name($what, sort keys %FLUSH) }[1] }

sub info {
    my $state = read_state();
    my $first = 'Status: ' . ($state->{enabled} ? 'Enabled' : 'Disabled');
    if (defined $state->{since}) {
        my $age = time - $state->{since};
        $first .= sprintf ' for %d days %02d:%02d:%02d', int($age / 86400), int($age / 3600) % 24,
            int($age / 60) % 60, $age % 60;
    }
    my $text = sprintf "%-46s%s\n\nState Table                          Total             Rate\n", $first, 'Debug: Urgent';
    $text .= "  current entries                        0               \n";
    $text .= sprintf "  %-25s %14d %16s\n", $_, 0, '0.0/s' for qw(searches inserts removals);
    $text .= "Counters\n";
    $text .= sprintf "  %-25s %14d %16s\n", $_, 0, '0.0/s'
        for
        qw(match bad-offset fragment short normalize memory bad-timestamp congestion ip-option proto-cksum state-mismatch state-insert state-limit src-limit synproxy map-failed), since(15) ? 'translate' : ();
    return $text;
}

# Prints what -s asks for; undef when there is no such thing.
sub show {
    my ($anchor, $what) = @_;
    my $name =
        full_name($what,
        qw(nat queue rules Anchors Sources info labels Running states timeouts memory Tables osfp Interfaces all))
        // return undef;
    my @rules = rules_of($anchor);
    if ($name eq 'nat') {
        print map { "$_->{text}\n" } grep { $_->{kind} eq 'translation' } @rules;
    }
    elsif ($name eq 'rules') {
        print map { "$_->{text}\n" } grep { $_->{kind} =~ /^(filter|normalization)$/ } @rules;
    }
    elsif ($name eq 'info') { print info() }
    elsif ($name eq 'Tables') {
        print map { /^table <(\w+)>/ ? "$1\n" : () } map { $_->{text} } @rules;
    }
    elsif ($name eq 'Running') {
        my $on = read_state()->{enabled};
        print $on ? "Enabled\n" : "Disabled\n";
        return $on ? 0 : 1;
    }
    elsif ($name eq 'Anchors') {
        print map { "  $_\n" } anchors();
    }
    elsif ($name eq 'Interfaces') { print "all\nlo\nlo0\nlo1\npflog0\nvtnet0\n" }
    return 0;
}

sub anchors {
    opendir my $dir, $DIR or return ();
    return sort map { /^anchor\.(.+)/ ? $1 =~ s{%}{/}gr : () } readdir $dir;
}

# A table's addresses: show, add, delete, replace, flush, test.
sub table {
    my ($name, $command, @addresses) = @_;
    ready();
    my $file = "$DIR/table.$name";
    my @old = split /\n/, slurp($file) // '';
    if ($command eq 'show') {
        if (!-e $file) { say_err('Table does not exist.'); return 1 }
        print map { "   $_\n" } @old;
        return 0;
    }
    my %in = map { $_ => 1 } @old;
    my @new = grep { !$in{$_} } @addresses;
    if ($command eq 'add') {
        spew($file, join '', map { "$_\n" } @old, @new);
        print STDERR scalar(@new), '/', scalar(@addresses), " addresses added.\n";
    }
    elsif ($command eq 'delete') {
        my %gone = map { $_ => 1 } @addresses;
        my @left = grep { !$gone{$_} } @old;
        spew($file, join '', map { "$_\n" } @left);
        print STDERR @old - @left, '/', scalar(@addresses), " addresses deleted.\n";
    }
    elsif ($command eq 'replace') {
        spew($file, join '', map { "$_\n" } @addresses);
        print STDERR scalar(@addresses), " addresses added.\n";
    }
    elsif ($command eq 'flush') { spew($file, ''); print STDERR scalar(@old), " addresses deleted.\n" }
    elsif ($command eq 'test') {
        my $hit = grep { $in{$_} } @addresses;
        print STDERR "$hit/", scalar(@addresses), " addresses match.\n";
        return $hit == @addresses ? 0 : 2;
    }
    else { return 1 }
    return 0;
}

1;
