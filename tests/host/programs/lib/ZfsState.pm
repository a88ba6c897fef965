# What ZFS knows on the test host: pools and datasets with their properties, kept in one file under
# /var/db/testhost/zfs. A dataset's files lie in data/ID there and are bind-mounted at its mount point.
package ZfsState;
use strict;
use Exporter 'import';
use Fcntl ':flock';
use Bsd;
use Modules;
use Release;
our @EXPORT =
    qw(load_state save_state data_dir parent_of children_of snapshots_of clones_of descendants_of pool_of property_of mountpoint_of);

use constant { HOME => '/var/db/testhost/zfs', FILE => '/var/db/testhost/zfs/state', SEED => '/var/db/testhost/zfs-pool' };

my $lock;

# Reads everything and keeps the lock until the program ends. A host that is to have a pool from the start says so
# in a seed file, `POOL MOUNTPOINT`, where `/` stands for all that FreeBSD's installer makes; the answer's `fresh` is then
# true once.
sub load_state {
    my $state = { pools => {}, sets => {}, next_id => 1, fresh => 0 };
    my $seed = -e FILE ? undef : slurp(SEED);
    return $state if !-e FILE && !defined $seed && !-w '/var/db/testhost' && $> != 0;
    # A program that talks to ZFS loads it.
    remember('zfs') if $> == 0 && !is_loaded('zfs');
    hold_lock() if $> == 0;
    read_lines($state);
    plant($state, $seed) if defined $seed && !-e FILE;
    return $state;
}

sub hold_lock {
    for my $dir ('/var/db/testhost', HOME, HOME . '/data') { mkdir $dir, 0755 if !-d $dir }
    open $lock, '>>', HOME . '/lock' or return;
    flock $lock, LOCK_EX;
    return;
}

sub read_lines {
    my ($state) = @_;
    for my $line (split /\n/, slurp(FILE) // '') {
        my ($kind, $name, @rest) = map { s/\\t/\t/g; $_ } split /\t/, $line, -1;
        if ($kind eq 'next') { $state->{next_id} = $name }
        elsif ($kind eq 'pool') { $state->{pools}{$name} = { device => $rest[0], size => $rest[1] } }
        elsif ($kind eq 'prop') { $state->{sets}{$name}{props}{ $rest[0] } = $rest[1] }
        elsif ($kind eq 'set') {
            my %set = (name => $name, props => {});
            @set{qw(type id created origin deferred)} = @rest;
            $state->{sets}{$name} = \%set;
        }
    }
    return;
}

sub plant {
    my ($state, $seed) = @_;
    my ($pool, $mountpoint) = split ' ', $seed;
    $state->{pools}{$pool} = { device => '/dev/vtbd0p3', size => 21 * 1024**3 };
    my @wanted = $mountpoint eq '/' ? installed($pool) : ([$pool, 'none'], ["$pool/jails", $mountpoint]);
    for (@wanted) {
        my ($name, $at, %props) = @$_;
        $props{mountpoint} = $at if defined $at;
        my $id = $state->{next_id}++;
        $state->{sets}{$name} =
            { name => $name, type => 'filesystem', id => $id, created => time, origin => '', deferred => '', props => \%props };
        my ($from) = mountpoint_of($state, $name);
        my $dir = data_dir($state->{sets}{$name});
        if ($from =~ m{^/(tmp|var)\b} && -d $from) { system '/libexec/testhost/bin/gnu-cp', '-a', '--', $from, $dir }
        else { mkdir $dir, 0755 }
    }
    save_state($state);
    $state->{fresh} = 1;
    return;
}

# The datasets that FreeBSD's installer makes by default.
sub installed {
    my ($pool) = @_;
    my $home = userland_release() =~ /^13/ ? 'usr/home' : 'home';
    return (
        [$pool, "/$pool", compression => 'lz4', atime => 'off'], ["$pool/ROOT", 'none'],
        ["$pool/ROOT/default", '/', canmount => 'noauto'], ["$pool/tmp", '/tmp', exec => 'on', setuid => 'off'],
        ["$pool/usr", '/usr', canmount => 'off'], ["$pool/$home", $home eq 'home' ? '/home' : undef],
        ["$pool/usr/ports", undef, setuid => 'off'], ["$pool/usr/src"], ["$pool/var", '/var', canmount => 'off'],
        (map { ["$pool/var/$_", undef, exec => 'off', setuid => 'off'] } qw(audit crash log)),
        ["$pool/var/mail", undef, atime => 'on'], ["$pool/var/tmp", undef, setuid => 'off'],
    );
}

sub save_state {
    my ($state) = @_;
    my @lines = ("next\t$state->{next_id}");
    push @lines, join "\t", 'pool', $_, @{ $state->{pools}{$_} }{qw(device size)} for sort keys %{ $state->{pools} };
    for my $name (sort keys %{ $state->{sets} }) {
        my $set = $state->{sets}{$name};
        push @lines, join "\t", 'set', $name, map { $_ // '' } @$set{qw(type id created origin deferred)};
        push @lines, join "\t", 'prop', $name, $_, $set->{props}{$_} =~ s/\t/\\t/gr for sort keys %{ $set->{props} };
    }
    spew(FILE, join('', map { "$_\n" } @lines), 0644) or quit(1, 'cannot keep the state: ' . errtext());
    return;
}

# Where a dataset's files really are: those of the one at `/` are the host's own.
sub data_dir { my ($set) = @_; return ($set->{props}{mountpoint} // '') eq '/' ? '/' : HOME . "/data/$set->{id}" }

sub pool_of { my ($name) = @_; return $name =~ /^([^\/\@]+)/ ? $1 : $name }

sub parent_of { my ($name) = @_; return $name =~ m{^(.*)[/\@][^/\@]+$} ? $1 : undef }

sub children_of {
    my ($state, $name) = @_;
    return grep { m{^\Q$name\E/[^/\@]+$} } sort keys %{ $state->{sets} };
}

# A file system's snapshots, the oldest first.
sub snapshots_of {
    my ($state, $name) = @_;
    return sort { $state->{sets}{$a}{id} <=> $state->{sets}{$b}{id} } grep { /^\Q$name\E\@/ } keys %{ $state->{sets} };
}

# The file systems cloned from a snapshot.
sub clones_of {
    my ($state, $snapshot) = @_;
    return grep { $state->{sets}{$_}{origin} eq $snapshot } sort keys %{ $state->{sets} };
}

# The snapshots of a file system and everything below it, the nearest first.
sub descendants_of {
    my ($state, $name) = @_;
    return (snapshots_of($state, $name), map { ($_, descendants_of($state, $_)) } children_of($state, $name));
}

# A property's value and where it comes from: 'local', the name of an ancestor, or undef.
sub property_of {
    my ($state, $name, $key) = @_;
    my $at = $name;
    while (defined $at) {
        my $set = $state->{sets}{$at} or last;
        return ($set->{props}{$key}, $at eq $name ? 'local' : $at) if defined $set->{props}{$key};
        $at = parent_of($at);
    }
    return (undef, undef);
}

# Where a file system is mounted: its own mountpoint, or its ancestor's plus the rest of its name.
sub mountpoint_of {
    my ($state, $name) = @_;
    my ($value, $from) = property_of($state, $name, 'mountpoint');
    return ('/' . $name, 'default') if !defined $value;
    return ($value, 'local') if $from eq 'local';
    return ($value, "inherited from $from") if $value eq 'none' || $value eq 'legacy';
    my $base = $value eq '/' ? '' : $value;
    return ($base . substr($name, length $from), "inherited from $from");
}

1;
