# zfs destroy, promote and rollback.
package ZfsDestroy;
use strict;
use Bsd;
use ZfsState;
use ZfsData;
use ZfsCreate;

my $DESTROY_USAGE =
    "usage:\n\tdestroy [-fnpRrv] <filesystem|volume>\n\tdestroy [-dnpRrv] <filesystem|volume>\@<snap>[%<snap>][,...]\n";

sub fail { my ($text) = @_; print STDERR "$text\n"; return 1 }

sub cmd_destroy {
    my ($state, @args) = @_;
    my %opt = map { $_->[0] => 1 } ZfsCreate::options_of('destroy', 'fnpRrvd', \@args);
    if (!@args) { print STDERR "missing dataset argument\n"; usage($DESTROY_USAGE, 2) }
    if (@args > 1) { print STDERR "too many arguments\n"; usage($DESTROY_USAGE, 2) }
    return $args[0] =~ /\@/ ? destroy_snapshots($state, $args[0], \%opt) : destroy_filesystem($state, $args[0], \%opt);
}

sub destroy_filesystem {
    my ($state, $name, $opt) = @_;
    return fail("cannot open '$name': dataset does not exist") if !$state->{sets}{$name};
    return fail(
        "cannot destroy '$name': operation does not apply to pools\nuse 'zfs destroy -r $name' to destroy all datasets in the pool\n"
            . "use 'zpool destroy $name' to destroy the pool itself")
        if $name !~ m{/} && !$opt->{r} && !$opt->{R};
    my @below = descendants_of($state, $name);
    if (@below && !$opt->{r} && !$opt->{R}) {
        return fail(
            "cannot destroy '$name': filesystem has children\nuse '-r' to destroy the following datasets:\n" . join "\n",
            reverse @below);
    }
    my %inside = map { $_ => 1 } $name, @below;
    my @foreign = grep { !$inside{$_} } map { clones_of($state, $_) } grep { /\@/ } @below;
    if (@foreign && !$opt->{R}) {
        return fail("cannot destroy '$name': filesystem has dependent clones\nuse '-R' to destroy the following datasets:\n"
                . join "\n", @foreign);
    }
    my @doomed = ($name, @below, map { ($_, descendants_of($state, $_)) } @foreign);
    @doomed = grep { $_ ne $name || m{/} } @doomed;
    return remove_all($state, $opt, @doomed);
}

# The deepest first: each is unmounted, forgotten and its files removed.
sub remove_all {
    my ($state, $opt, @doomed) = @_;
    if ($opt->{n}) {
        print map { "would destroy $_\n" } reverse @doomed if $opt->{v};
        return 0;
    }
    for my $name (reverse @doomed) {
        my $set = $state->{sets}{$name} or next;
        my ($at) = mountpoint_of($state, $name);
        if ($set->{type} ne 'snapshot' && !unmount_set($name, $opt->{f})) {
            save_state($state);
            return fail("cannot unmount '$at': pool or dataset is busy");
        }
        print "will destroy $name\n" if $opt->{v};
        forget($state, $name);
    }
    save_state($state);
    return 0;
}

# A deferred snapshot goes with its last clone.
sub forget {
    my ($state, $name) = @_;
    my $set = delete $state->{sets}{$name};
    remove_set($set);
    my $origin = $set->{origin};
    forget($state, $origin)
        if $origin && $state->{sets}{$origin} && $state->{sets}{$origin}{deferred} && !clones_of($state, $origin);
    return;
}

sub destroy_snapshots {
    my ($state, $name, $opt) = @_;
    my ($filesystem, $tags) = $name =~ /^(.*?)\@(.*)$/;
    return fail("cannot open '$filesystem': dataset does not exist") if !$state->{sets}{$filesystem};
    my @filesystems = ($filesystem, $opt->{r} ? grep { !/\@/ } descendants_of($state, $filesystem) : ());
    my @doomed = map {
        my $tag = $_;
        grep { $state->{sets}{$_} } map { "$_\@$tag" } @filesystems
    } split /,/, $tags;
    return fail('could not find any snapshots to destroy; check snapshot names.') if !@doomed;
    for my $snapshot (@doomed) {
        my @clones = clones_of($state, $snapshot);
        next if !@clones || $opt->{R};
        if ($opt->{d}) { $state->{sets}{$snapshot}{deferred} = 1; next }
        return fail(
            "cannot destroy '$snapshot': snapshot has dependent clones\nuse '-R' to destroy the following datasets:\n"
                . join "\n", @clones);
    }
    if ($opt->{d}) {
        @doomed = grep { !$state->{sets}{$_}{deferred} } @doomed;
        save_state($state);
    }
    my @clones = $opt->{R} ? map { clones_of($state, $_) } @doomed : ();
    return remove_all($state, $opt, @doomed, map { ($_, descendants_of($state, $_)) } @clones);
}

sub cmd_promote {
    my ($state, @args) = @_;
    my ($name) = @args;
    my $set = defined $name ? $state->{sets}{$name} : undef;
    return fail("cannot open '" . ($name // '') . "': dataset does not exist") if !$set;
    return fail("cannot promote '$name': not a cloned filesystem") if !$set->{origin};
    my $origin = $set->{origin};
    my ($old, $tag) = $origin =~ /^(.*)\@(.*)$/;
    return fail(
        "cannot promote '$name': snapshot name '$name\@$tag' from origin \n\tconflicts with '$name\@$tag' from target")
        if $state->{sets}{"$name\@$tag"};
    my $limit = $state->{sets}{$origin}{id};
    my $old_origin = $state->{sets}{$old}{origin};

    for my $snapshot (grep { $state->{sets}{$_}{id} <= $limit } snapshots_of($state, $old)) {
        my $moved = delete $state->{sets}{$snapshot};
        my $new = $name . substr $snapshot, length $old;
        $moved->{name} = $new;
        $state->{sets}{$new} = $moved;
        for (values %{ $state->{sets} }) { $_->{origin} = $new if $_->{origin} eq $snapshot }
    }
    $set->{origin} = $old_origin;
    $state->{sets}{$old}{origin} = "$name\@$tag";
    save_state($state);
    return 0;
}

sub cmd_rollback {
    my ($state, @args) = @_;
    my %opt = map { $_->[0] => 1 } ZfsCreate::options_of('destroy', 'rRf', \@args);
    my ($snapshot) = @args;
    return fail("cannot open '" . ($snapshot // '') . "': dataset does not exist")
        if !defined $snapshot || !$state->{sets}{$snapshot};
    my ($name) = $snapshot =~ /^(.*)\@/;
    my @newer = grep { $state->{sets}{$_}{id} > $state->{sets}{$snapshot}{id} } snapshots_of($state, $name);
    if (@newer && !$opt{r} && !$opt{R}) {
        return fail(
            "cannot rollback to '$snapshot': more recent snapshots or bookmarks exist\nuse '-r' to force deletion of the following snapshots and bookmarks:\n"
                . join "\n", @newer);
    }
    my $mounted = is_mounted($name);
    unmount_set($name, $opt{f})
        or return fail("cannot unmount '" . (mountpoint_of($state, $name))[0] . "': pool or dataset is busy");
    forget($state, $_) for @newer;
    remove_set($state->{sets}{$name});
    copy_set($state->{sets}{$snapshot}, $state->{sets}{$name});
    save_state($state);
    mount_set($state, $name) if $mounted;
    return 0;
}

1;
