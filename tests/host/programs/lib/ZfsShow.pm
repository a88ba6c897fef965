# zfs list, get, set, inherit, mount and unmount.
package ZfsShow;
use strict;
use Bsd;
use MountTable;
use RealPath;
use ZfsState;
use ZfsData;
use ZfsText;
use ZfsCreate;

my %USAGE = (
    list =>
        "usage:\n\tlist [-Hp] [-r|-d max] [-o property[,...]] [-s property]...\n\t    [-S property]... [-t type[,...]] [filesystem|volume|snapshot] ...\n",
    get =>
        "usage:\n\tget [-rHp] [-d max] [-o \"all\" | field[,...]]\n\t    [-t type[,...]] [-s source[,...]]\n\t    <\"all\" | property[,...]> [filesystem|volume|snapshot|bookmark] ...\n",
    set => "usage:\n\tset <property=value> ... <filesystem|volume|snapshot> ...\n",
    inherit => "usage:\n\tinherit [-rS] <property> <filesystem|volume|snapshot> ...\n",
    mount => "usage:\n\tmount\n\tmount [-flvO] [-o opts] <-a | filesystem>\n",
    unmount => "usage:\n\tunmount [-fu] <-a | filesystem|mountpoint>\n",
);

sub fail { my ($text) = @_; print STDERR "$text\n"; return 1 }

sub wrong_call { my ($command, $text) = @_; print STDERR "$text\n" if defined $text; usage($USAGE{$command}, 2) }

sub options {
    my ($command, $spec, $args) = @_;
    my %opt;
    $opt{ $_->[0] } = $_->[1] for ZfsCreate::options_of($command, $spec, $args);
    return \%opt;
}

# The dataset that an operand names, by its name or by a path in it; else undef after the complaint.
sub named {
    my ($state, $what) = @_;
    return $what if $state->{sets}{$what};
    if ($what !~ m{^\.{0,2}/}) { fail("cannot open '$what': dataset does not exist"); return undef }
    my $path = RealPath::resolve($what, 0);
    if (!defined $path) { fail("cannot open '$what': " . errtext()); return undef }
    my @over = grep { $_->{to} eq '/' || $path eq $_->{to} || index($path, "$_->{to}/") == 0 } root_mounts(), mounts();
    my ($last) = sort { length $b->{to} <=> length $a->{to} } reverse @over;
    return $last->{from} if $last->{type} eq 'zfs';
    fail("'$what': not a ZFS filesystem");
    return undef;
}

sub kinds {
    my ($text) = @_;
    my %alias =
        (fs => 'filesystem', snap => 'snapshot', vol => 'volume', snapshots => 'snapshot', filesystems => 'filesystem');
    return map { my $kind = $alias{$_} // $_; ($kind => 1) } split /,/, $text;
}

# The datasets to show: those named, with -r or -d what is below, of the wanted types.
sub selection {
    my ($state, $opt, @names) = @_;
    my %kinds = kinds($opt->{t} // (@names && !$opt->{r} && !defined $opt->{d} ? 'all' : 'filesystem,volume'));
    my $deep = $opt->{r} ? 999 : $opt->{d};
    my ($bad, @found, %seen) = (0);
    if (!@names) {
        @found = grep { !/\@/ || $kinds{snapshot} || $kinds{all} } sort_names($state, keys %{ $state->{sets} });
    }
    for my $what (@names) {
        my $name = named($state, $what);
        if (!defined $name) { $bad = 1; next }
        my $depth = $deep // ($kinds{snapshot} && $state->{sets}{$name}{type} ne 'snapshot' && $opt->{t} ? 1 : 0);
        push @found, grep { levels($name, $_) <= $depth && !$seen{$_}++ }
            sort_names($state, $name, descendants_of($state, $name));
    }
    return ($bad, grep { $kinds{all} || $kinds{ $state->{sets}{$_}{type} } } @found);
}

sub levels { my ($top, $name) = @_; my $rest = substr $name, length $top; return scalar(() = $rest =~ m{[/\@]}g) }

# A file system's snapshots come after it, by age.
sub sort_names {
    my ($state, @names) = @_;
    my @filesystems = sort grep { !/\@/ } @names;
    my %wanted = map { $_ => 1 } @names;
    my %of;
    push @{ $of{ (split /\@/)[0] } }, $_ for grep { /\@/ } @names;
    my @all;
    for my $name (@filesystems ? @filesystems : sort keys %of) {
        push @all, $name if $wanted{$name};
        push @all, sort { $state->{sets}{$a}{id} <=> $state->{sets}{$b}{id} } @{ delete $of{$name} || [] };
    }
    push @all, map { @{ $of{$_} } } sort keys %of;
    return @all;
}

sub cmd_list {
    my ($state, @args) = @_;
    my $opt = options('list', 'Hprd:o:s:S:t:', \@args);
    my @keys = split /,/, $opt->{o} // 'name,used,available,referenced,mountpoint';
    my ($bad, @names) = selection($state, $opt, @args);
    my $probe = (keys %{ $state->{sets} })[0];
    for my $key (@keys) {
        wrong_call('list', "bad property list: invalid property '$key'")
            if defined $probe && !property_row($state, $probe, $key, 1);
    }
    if (!@names) { print STDERR "no datasets available\n" if !$bad && !@args; return $bad }
    my %title = (available => 'AVAIL', referenced => 'REFER');
    my @titles = map { $title{$_} // uc } @keys;
    my %right =
        map { $_ => 1 } qw(used available avail referenced refer quota refquota reservation recordsize compressratio guid);
    my @rows = map {
        my $name = $_;
        [map { property_row($state, $name, $_, $opt->{p})->[0] } @keys]
    } @names;
    if (my $by = $opt->{s} // $opt->{S}) {
        my %value = map { $names[$_] => property_row($state, $names[$_], $by, 1)->[0] } 0 .. $#names;
        my @order = sort {
                  $value{ $names[$a] } =~ /^\d+$/ && $value{ $names[$b] } =~ /^\d+$/
                ? $value{ $names[$a] } <=> $value{ $names[$b] }
                : $value{ $names[$a] } cmp $value{ $names[$b] }
        } 0 .. $#names;
        @order = reverse @order if $opt->{S};
        @rows = @rows[@order];
    }
    print_table($opt->{H}, \@titles, [map { $right{$_} } @keys], @rows);
    return $bad;
}

sub cmd_get {
    my ($state, @args) = @_;
    my $opt = options('get', 'Hprd:o:s:t:', \@args);
    wrong_call('get', 'missing property argument') if !@args;
    my $wanted = shift @args;
    my @fields = split /,/, $opt->{o} // 'name,property,value,source';
    @fields = qw(name property value received source) if "@fields" eq 'all';
    for (@fields) { wrong_call('get', "invalid column name '$_'") if !/^(name|property|value|source|received)$/ }
    my %sources = map { $_ => 1 } split /,/, $opt->{s} // 'local,default,inherited,received,temporary,none';
    my ($bad, @names) = selection($state, { %$opt, t => $opt->{t} // (@args ? 'all' : 'filesystem,snapshot') }, @args);
    my @rows;

    for my $name (@names) {
        for my $key ($wanted eq 'all' ? ZfsText::all_keys($state, $name) : split /,/, $wanted) {
            my $row = property_row($state, $name, $key, $opt->{p})
                or wrong_call('get', "bad property list: invalid property '$key'");
            my ($value, $source) = @$row;
            next if !$sources{ $source =~ /^inherited/ ? 'inherited' : $source eq '-' ? 'none' : $source };
            my %cell = (name => $name, property => $key, value => $value, source => $source, received => '-');
            push @rows, [@cell{@fields}];
        }
    }
    print_table($opt->{H}, [map { uc } @fields], [], @rows) if @rows;
    return $bad;
}

sub cmd_set {
    my ($state, @args) = @_;
    my %props;
    while (@args && $args[0] =~ /^([^=\/]+)=(.*)$/s) { $props{$1} = $2; shift @args }
    wrong_call('set', 'missing property=value argument(s)') if !%props;
    wrong_call('set', 'missing dataset name(s)') if !@args;
    my $status = 0;
    for my $name (@args) {
        if (!defined named($state, $name)) { $status = 1; next }
        my $wrong = ZfsCreate::check_props(\%props);
        if (defined $wrong) { $status = fail("cannot set property for '$name': $wrong"); next }
        $status |= set_one($state, $name, \%props);
    }
    save_state($state);
    return $status;
}

# A new mount point moves the mount there, with those of the file systems that inherit it.
sub set_one {
    my ($state, $name, $props) = @_;
    my @moving = exists $props->{mountpoint} ? grep { !/\@/ && is_mounted($_) } $name, descendants_of($state, $name) : ();
    for my $moved (reverse @moving) {
        my ($at) = mountpoint_of($state, $moved);
        unmount_set($moved, 0) or return fail("cannot unmount '$at': pool or dataset is busy");
    }
    $state->{sets}{$name}{props}{$_} = $props->{$_} for keys %$props;
    mount_set($state, $_) for @moving, exists $props->{mountpoint} && !@moving ? $name : ();
    return 0;
}

sub cmd_inherit {
    my ($state, @args) = @_;
    options('inherit', 'rS', \@args);
    wrong_call('inherit', 'missing property argument') if !@args;
    my $key = shift @args;
    wrong_call('inherit', 'missing dataset argument') if !@args;
    my $status = 0;
    for my $name (@args) {
        if (!defined named($state, $name)) { $status = 1; next }
        delete $state->{sets}{$name}{props}{$key};
    }
    save_state($state);
    return $status;
}

sub cmd_mount {
    my ($state, @args) = @_;
    my $opt = options('mount', 'aflvOo:', \@args);
    if (!$opt->{a} && !@args) {
        printf "%-30s  %s\n", $_->{from}, $_->{to} for grep { $_->{type} eq 'zfs' } mounts();
        return 0;
    }
    my $status = 0;
    for my $name ($opt->{a} ? sort grep { !/\@/ } keys %{ $state->{sets} } : @args) {
        if (!$state->{sets}{$name}) { $status = fail("cannot open '$name': dataset does not exist"); next }
        my $can = $state->{sets}{$name}{props}{canmount} // 'on';
        if (!$opt->{a} && $can eq 'off') { $status = fail("cannot mount '$name': 'canmount' property is set to 'off'"); next }
        if (is_mounted($name)) { $status = fail("cannot mount '$name': filesystem already mounted") if !$opt->{a}; next }
        mount_set($state, $name) or $status = fail($@);
    }
    return $status;
}

sub cmd_unmount {
    my ($state, @args) = @_;
    my $opt = options('unmount', 'afu', \@args);
    my @names = $opt->{a} ? reverse sort grep { is_mounted($_) } keys %{ $state->{sets} } : @args;
    wrong_call('unmount', 'missing filesystem argument') if !@names && !$opt->{a};
    my $status = 0;
    for my $what (@names) {
        my $name = named($state, $what);
        if (!defined $name) { $status = 1; next }
        if (!is_mounted($name)) { $status = fail("cannot unmount '$what': not currently mounted"); next }
        my ($at) = mountpoint_of($state, $name);
        unmount_set($name, $opt->{f}) or $status = fail("cannot unmount '$at': pool or dataset is busy");
    }
    return $status;
}

1;
