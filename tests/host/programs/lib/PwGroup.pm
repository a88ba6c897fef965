# pw groupadd, groupdel, groupmod, groupshow and groupnext.
package PwGroup;
use strict;
use Bsd;
use PwFiles;

my $USAGE = "usage: pw group(add|del|mod|show|next) [group|gid] [options]\n";

sub find {
    my ($files, $who) = @_;
    return (grep { $_->{name} eq $who || $_->{gid} eq $who } @{ $files->{groups} })[0];
}

sub named {
    my ($files, @args) = @_;
    my ($who, $opt) = operands('C:n:g:M:m:d:h:H:oqPYNFal:', $USAGE, @args);
    return ($opt->{n} // $who // $opt->{g}, $opt);
}

sub known {
    my ($files, $who) = @_;
    return find($files, $who) // quit(65, $who =~ /^\d+$/ ? "unknown gid `$who'" : "unknown group `$who'");
}

sub check_members {
    my ($files, $list) = @_;
    my @names = grep { length } split /[,\s]+/, $list;
    for my $name (@names) {
        quit(67, "user `$name' does not exist") if !grep { $_->{name} eq $name } @{ $files->{users} };
    }
    return @names;
}

sub cmd_add {
    my ($files, @args) = @_;
    my ($name, $opt) = named($files, @args);
    quit(64, 'group name required') if !defined $name;
    quit(65, "group name `$name' already exists") if grep { $_->{name} eq $name } @{ $files->{groups} };
    my $gid = defined $opt->{g} ? check_number($opt->{g}) : next_id(map { $_->{gid} } @{ $files->{groups} });
    quit(65, "gid `$gid' has already been allocated") if !$opt->{o} && grep { $_->{gid} eq $gid } @{ $files->{groups} };
    push @{ $files->{groups} },
        { name => $name, password => '*', gid => $gid, members => [check_members($files, $opt->{M} // '')] };
    PwFiles::save_groups($files);
    return 0;
}

sub cmd_del {
    my ($files, @args) = @_;
    my ($who) = named($files, @args);
    quit(64, 'group name or id required') if !defined $who;
    my $group = known($files, $who);
    $files->{groups} = [grep { $_ != $group } @{ $files->{groups} }];
    PwFiles::save_groups($files);
    return 0;
}

sub cmd_mod {
    my ($files, @args) = @_;
    my ($who, $opt) = named($files, @args);
    quit(64, 'group name or id required') if !defined $who;
    my $group = known($files, $who);
    $group->{name} = $opt->{l} if defined $opt->{l};
    $group->{gid} = check_number($opt->{g}) if defined $opt->{g} && $opt->{g} ne $who;
    $group->{members} = [check_members($files, $opt->{M})] if defined $opt->{M};
    for my $name (check_members($files, $opt->{m} // '')) {
        push @{ $group->{members} }, $name if !grep { $_ eq $name } @{ $group->{members} };
    }
    my %gone = map { $_ => 1 } split /[,\s]+/, $opt->{d} // '';
    $group->{members} = [grep { !$gone{$_} } @{ $group->{members} }];
    PwFiles::save_groups($files);
    return 0;
}

sub cmd_show {
    my ($files, @args) = @_;
    my ($who, $opt) = named($files, @args);
    if ($opt->{a}) { print PwFiles::group_line($_), "\n" for @{ $files->{groups} }; return 0 }
    quit(64, 'group name or id required') if !defined $who;
    print PwFiles::group_line(known($files, $who)), "\n";
    return 0;
}

sub cmd_next {
    my ($files) = @_;
    print next_id(map { $_->{gid} } @{ $files->{groups} }), "\n";
    return 0;
}

1;
