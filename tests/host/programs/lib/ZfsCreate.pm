# zfs create, clone, snapshot and rename.
package ZfsCreate;
use strict;
use Bsd;
use ZfsState;
use ZfsData;

my %USAGE = (
    create => "usage:\n\tcreate [-Pnpuv] [-o property=value] ... <filesystem>\n",
    clone => "usage:\n\tclone [-p] [-o property=value] ... <snapshot> <filesystem|volume>\n",
    snapshot => "usage:\n\tsnapshot|snap [-r] [-o property=value] ... <filesystem\@snap|volume\@snap> ...\n",
    rename => "usage:\n\trename [-f] <filesystem|volume|snapshot> <filesystem|volume|snapshot>\n",
);

sub fail { my ($text) = @_; print STDERR "$text\n"; return 1 }

sub wrong_call { my ($command, $text) = @_; print STDERR "$text\n" if defined $text; usage($USAGE{$command}, 2) }

# The options and the properties of a command line; the operands stay in the list.
sub options {
    my ($command, $spec, $args) = @_;
    my (%opt, %props);
    Bsd::prog('zfs');
    for (options_of($command, $spec, $args)) {
        my ($letter, $value) = @$_;
        if ($letter ne 'o') { $opt{$letter} = $value; next }
        $value =~ /^([^=]+)=(.*)$/s or wrong_call($command, "missing '=' for property=value argument");
        $props{$1} = $2;
    }
    return (\%opt, \%props);
}

# zfs words a wrong option differently from getopt(3).
sub options_of {
    my ($command, $spec, $args) = @_;
    my @seen;
    while (@$args && $args->[0] =~ /^-(.+)/s) {
        my $rest = $1;
        shift @$args;
        while (length $rest) {
            my $letter = substr $rest, 0, 1, '';
            my $at = index $spec, $letter;
            wrong_call($command, "invalid option '$letter'") if $at < 0 || $letter eq ':';
            if (substr($spec, $at + 1, 1) ne ':') { push @seen, [$letter, 1]; next }
            if (!length $rest) {
                @$args or wrong_call($command, "missing argument for '$letter' option");
                $rest = shift @$args;
            }
            push @seen, [$letter, $rest];
            $rest = '';
        }
    }
    return @seen;
}

# Why a name can be no dataset, or undef.
sub bad_name {
    my ($name) = @_;
    return "empty component or misplaced '\@' or '#' delimiter in name" if $name =~ m{//|/$|^/|/\@|\@$|\@.*[\@/]};
    return "invalid character '$1' in name" if $name =~ m{([^A-Za-z0-9_.:/\@ -])};
    return "invalid character ' ' in name" if $name =~ / /;
    return 'name is too long' if length $name > 255;
    return undef;
}

# Nothing when a dataset can be made under this name; else the rest of the text.
sub refusal {
    my ($state, $name) = @_;
    my $bad = bad_name($name);
    return $bad if defined $bad;
    my $pool = pool_of($name);
    return "no such pool '$pool'" if !$state->{pools}{$pool};
    return 'dataset already exists' if $state->{sets}{$name};
    return 'parent does not exist' if !$state->{sets}{ parent_of($name) // $pool };
    return undef;
}

sub add {
    my ($state, $name, $type, $props, $origin) = @_;
    my $id = $state->{next_id}++;
    return $state->{sets}{$name} =
        { name => $name, type => $type, id => $id, created => time, origin => $origin // '', deferred => '',
        props => {%$props} };
}

# Makes the ancestors that are missing, as -p does.
sub add_parents {
    my ($state, $name) = @_;
    my $parent = parent_of($name);
    return 1 if !defined $parent || $state->{sets}{$parent};
    add_parents($state, $parent) or return 0;
    return 0 if defined refusal($state, $parent);
    return make_filesystem($state, $parent, {}, 0);
}

sub make_filesystem {
    my ($state, $name, $props, $unmounted) = @_;
    my $set = add($state, $name, 'filesystem', $props);
    mkdir data_dir($set), 0755;
    save_state($state);
    return 1 if $unmounted || mount_set($state, $name);
    print STDERR "$@\nfilesystem successfully created, but not mounted\n";
    return 0;
}

# A value that a property cannot have, as the text after the name; sizes become bytes.
sub check_props {
    my ($props) = @_;
    for my $key (sort keys %$props) {
        if ($key =~ /^(quota|refquota|reservation|refreservation)$/ && $props->{$key} ne 'none') {
            my ($n, $unit) = $props->{$key} =~ /^(\d+(?:\.\d+)?)([KMGT]?)B?$/i
                or return "bad numeric value '$props->{$key}'";
            $props->{$key} = int($n * { '' => 1, K => 1024, M => 1024**2, G => 1024**3, T => 1024**4 }->{ uc $unit });
        }
        if ($key eq 'mountpoint' && $props->{$key} !~ m{^(/|none$|legacy$)}) {
            return "'mountpoint' must be an absolute path, 'none', or 'legacy'";
        }
        next
            if $key =~ /:/
            || ZfsText::property_row(
            { sets => { x => { type => 'filesystem', props => {}, origin => '', id => 0, created => 0 } }, pools => {} },
            'x', $key =~ /^(used|available|referenced)$/ ? 'type' : $key, 1);
        return "invalid property '$key'";
    }
    return undef;
}

sub cmd_create {
    my ($state, @args) = @_;
    my ($opt, $props) = options('create', 'Pnpuvo:V:sb:', \@args);
    wrong_call('create', 'missing filesystem argument') if !@args;
    wrong_call('create', 'too many arguments') if @args > 1;
    return fail("cannot create '$args[0]': volumes are not part of the test host") if defined $opt->{V};
    my ($name) = @args;
    my $wrong = check_props($props);
    return fail("cannot create '$name': $wrong") if defined $wrong;
    return 0 if $opt->{p} && $state->{sets}{$name};
    add_parents($state, $name) if $opt->{p} && !defined bad_name($name) && $state->{pools}{ pool_of($name) };
    my $why = $name =~ /\@/ ? 'snapshot delimiter \'@\' is not expected here' : refusal($state, $name);
    return fail("cannot create '$name': $why") if defined $why;
    return 0 if $opt->{n};
    return make_filesystem($state, $name, $props, $opt->{u}) ? 0 : 1;
}

sub cmd_clone {
    my ($state, @args) = @_;
    my ($opt, $props) = options('clone', 'po:', \@args);
    wrong_call('clone', 'missing source dataset argument') if @args < 1;
    wrong_call('clone', 'missing target dataset argument') if @args < 2;
    my ($snapshot, $name) = @args;
    my $set = $state->{sets}{$snapshot};
    return fail("cannot open '$snapshot': dataset does not exist") if !$set;
    return fail("cannot open '$snapshot': operation not applicable to datasets of this type") if $set->{type} ne 'snapshot';
    return 0 if $opt->{p} && $state->{sets}{$name};
    my $wrong = check_props($props);
    return fail("cannot create '$name': $wrong") if defined $wrong;
    add_parents($state, $name) if $opt->{p};
    my $why = refusal($state, $name);
    return fail("cannot create '$name': $why") if defined $why;
    return fail("cannot create '$name': source and target pools differ") if pool_of($snapshot) ne pool_of($name);
    my $clone = add($state, $name, 'filesystem', $props, $snapshot);
    copy_set($set, $clone) or return fail("cannot create '$name': out of space");
    save_state($state);
    return 0 if mount_set($state, $name);
    return fail("$@\nfilesystem successfully created, but not mounted");
}

sub cmd_snapshot {
    my ($state, @args) = @_;
    my ($opt, $props) = options('snapshot', 'ro:', \@args);
    wrong_call('snapshot', 'missing snapshot argument') if !@args;
    my @wanted;
    for my $name (@args) {
        my ($filesystem, $tag) = $name =~ /^(.*)\@(.*)$/
            or wrong_call('snapshot', "cannot open '$name': not a snapshot name");
        wrong_call('snapshot', "cannot open '$filesystem': dataset does not exist") if !$state->{sets}{$filesystem};
        push @wanted, [$filesystem, $tag];
        push @wanted, map { [$_, $tag] } grep { !/\@/ } descendants_of($state, $filesystem) if $opt->{r};
    }
    for (@wanted) {
        my $name = "$_->[0]\@$_->[1]";
        my $why = bad_name($name) // ($state->{sets}{$name} ? 'dataset already exists' : undef);
        return fail("cannot create snapshot '$name': $why" . ($opt->{r} ? "\nno snapshots were created" : ''))
            if defined $why;
    }
    for (@wanted) {
        my $snapshot = add($state, "$_->[0]\@$_->[1]", 'snapshot', $props);
        copy_set($state->{sets}{ $_->[0] }, $snapshot)
            or return fail("cannot create snapshot '$snapshot->{name}': out of space");
    }
    save_state($state);
    return 0;
}

sub cmd_rename {
    my ($state, @args) = @_;
    my ($opt) = options('rename', 'fpu', \@args);
    wrong_call('rename', 'missing source dataset argument') if @args < 1;
    wrong_call('rename', 'missing target dataset argument') if @args < 2;
    my ($old, $new) = @args;
    return fail("cannot open '$old': dataset does not exist") if !$state->{sets}{$old};
    my $why = refusal($state, $new);
    return fail("cannot rename '$old': $why") if defined $why && $why ne 'dataset already exists';
    return fail("cannot rename to '$new': $why") if defined $why;
    my @moving = ($old, $old =~ /\@/ ? () : descendants_of($state, $old));

    for my $name (reverse grep { !/\@/ } @moving) {
        my ($at) = mountpoint_of($state, $name);
        next if !is_mounted($name) || unmount_set($name, $opt->{f});
        return fail("cannot unmount '$at': pool or dataset is busy");
    }
    my %renamed = map { $_ => $new . substr $_, length $old } @moving;
    for my $from (@moving) {
        my $set = delete $state->{sets}{$from};
        $set->{name} = $renamed{$from};
        $state->{sets}{ $renamed{$from} } = $set;
    }
    for my $set (values %{ $state->{sets} }) { $set->{origin} = $renamed{ $set->{origin} } if $renamed{ $set->{origin} } }
    save_state($state);
    mount_set($state, $renamed{$_}) for grep { !/\@/ } @moving;
    return 0;
}

1;
