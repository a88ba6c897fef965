# The account files of FreeBSD: group, master.passwd, and passwd which is made from it.
package PwFiles;
use strict;
use Exporter 'import';
use Fcntl ':flock';
use Bsd;
our @EXPORT = qw(operands next_id check_number);

my @USER = qw(name password uid gid class change expire gecos home shell);

# The files below a root's etc or an etc given directly.
sub open_files {
    my ($root, $etc) = @_;
    my $dir = defined $etc ? $etc : (defined $root ? $root : '') . '/etc';
    quit(74, "$dir: " . errtext()) if !-d $dir && !stat $dir;
    my $files = { root => $root // '', etc => $dir };
    if ($> == 0 && open $files->{lock}, '>>', "$dir/.testhost-pw.lock") {
        flock $files->{lock}, LOCK_EX;
        unlink "$dir/.testhost-pw.lock";
    }
    $files->{users} = read_users($dir);
    $files->{groups} = read_groups($dir);
    return $files;
}

sub read_users {
    my ($dir) = @_;
    my $text = slurp("$dir/master.passwd");
    if (!defined $text) {
        $text = slurp("$dir/passwd") // quit(74, "$dir/master.passwd: " . errtext());
        $text =~ s/^([^:#]+:[^:]*:[^:]*:[^:]*):/$1::0:0:/mg;
    }
    return [map { my %user; @user{@USER} = split /:/, $_, -1; \%user } grep { !/^#|^\s*$/ } split /\n/, $text];
}

sub read_groups {
    my ($dir) = @_;
    my @groups;
    for my $line (grep { !/^#|^\s*$/ } split /\n/, slurp("$dir/group") // '') {
        my ($name, $password, $gid, $members) = split /:/, $line, -1;
        push @groups, { name => $name, password => $password, gid => $gid, members => [split /,/, $members // ''] };
    }
    return \@groups;
}

sub user_line {
    my ($user) = @_;
    return join ':', map { $_ // '' } @$user{@USER};
}

sub group_line { my ($group) = @_; return join ':', @$group{qw(name password gid)}, join ',', @{ $group->{members} } }

sub comments {
    my ($path) = @_;
    return join '', map { "$_\n" } grep { /^#/ } split /\n/, slurp($path) // '';
}

# Writes users to master.passwd and passwd, as pwd_mkdb(8) does.
sub save_users {
    my ($files) = @_;
    my $dir = $files->{etc};
    my $head = comments("$dir/master.passwd");
    my $master = $head . join '', map { user_line($_) . "\n" } @{ $files->{users} };
    my $public = $head . join '',
        map { join(':', $_->{name}, '*', @$_{qw(uid gid gecos home shell)}) . "\n" } @{ $files->{users} };
    spew("$dir/master.passwd", $master, 0600) && spew("$dir/passwd", $public, 0644)
        or quit(74, "$dir/master.passwd: " . errtext());
    return;
}

sub save_groups {
    my ($files) = @_;
    my $path = "$files->{etc}/group";
    spew($path, comments($path) . join('', map { group_line($_) . "\n" } @{ $files->{groups} }), 0644)
        or quit(74, "$path: " . errtext());
    return;
}

# A name or number among the operands, and its options; pw lets the name come first.
sub operands {
    my ($spec, $usage, @args) = @_;
    my $who;
    $who = shift @args if @args && $args[0] !~ /^-/;
    my %opt = map { $_->[0] => $_->[1] } getopt($spec, \@args, $usage, 64);
    $who //= shift @args;
    return ($who, \%opt);
}

# The lowest free number of 1001 to 32000.
sub next_id {
    my (@taken) = @_;
    my %taken = map { $_ => 1 } @taken;
    for my $id (1001 .. 32000) { return $id if !$taken{$id} }
    quit(65, 'unable to allocate a new uid - range fully used');
}

sub check_number {
    my ($text, $what) = @_;
    quit(64, "Bad id '$text': invalid") if $text !~ /^\d+$/;
    return $text;
}

1;
