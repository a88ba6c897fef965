# pw useradd, userdel, usermod, usershow, usernext, lock and unlock.
package PwUser;
use strict;
use Bsd;
use PwFiles;

my $USAGE = "usage: pw user(add|del|mod|show|next) [name|uid] [options]\n";
my $OPTIONS = 'C:d:u:g:G:mM:c:s:n:oe:p:qk:w:h:H:L:NPYb:D:rFa7l:S';

sub find {
    my ($files, $who) = @_;
    my ($user) = grep { $_->{name} eq $who } @{ $files->{users} };
    return $user if $user || $who !~ /^\d+$/;
    return (grep { $_->{uid} eq $who } @{ $files->{users} })[0];
}

sub group_by {
    my ($files, $who) = @_;
    return (grep { $_->{name} eq $who || $_->{gid} eq $who } @{ $files->{groups} })[0];
}

sub named {
    my ($files, @args) = @_;
    my ($who, $opt) = operands($OPTIONS, $USAGE, @args);
    $who = $opt->{n} // $who // $opt->{u};
    return ($who, $opt);
}

sub missing { my ($who) = @_; quit(67, $who =~ /^\d+$/ ? "no such uid `$who'" : "no such user `$who'") }

sub check_name {
    my ($name) = @_;
    quit(64, "name too long `$name' (max is 32)") if length $name > 32;
    if ($name =~ m{([\x00-\x20,\t:+&#%^()!@~*?<>=|\\/";\x7f-\xff]|^-|^\.|\$(?!$))}) {
        my $position = $-[0];
        quit(65, "invalid character `$1' at position $position in userid/group name");
    }
    return;
}

# The group of -g, or the user's own, made when it is missing.
sub login_group {
    my ($files, $name, $uid, $wanted) = @_;
    if (defined $wanted) {
        my $group = group_by($files, $wanted) or quit(67, "group `$wanted' is not defined");
        return $group->{gid};
    }
    my $own = group_by($files, $name);
    return $own->{gid} if $own && $own->{name} eq $name;
    my $taken = grep { $_->{gid} eq $uid } @{ $files->{groups} };
    my $gid = $taken ? next_id(map { $_->{gid} } @{ $files->{groups} }) : $uid;
    push @{ $files->{groups} }, { name => $name, password => '*', gid => $gid, members => [] };
    PwFiles::save_groups($files);
    return $gid;
}

sub join_groups {
    my ($files, $name, $list) = @_;
    my @groups =
        map { my $wanted = $_; group_by($files, $wanted) // quit(67, "group `$wanted' does not exist") } split /[,\s]+/,
        $list;
    for my $group (@groups) {
        push @{ $group->{members} }, $name if !grep { $_ eq $name } @{ $group->{members} };
    }
    PwFiles::save_groups($files);
    return;
}

# The password of -h FD (or - for none), of -H FD (already encrypted) or of -w.
sub password {
    my ($opt, $old) = @_;
    return $old if !defined $opt->{h} && !defined $opt->{H} && !defined $opt->{w};
    my $fd = $opt->{h} // $opt->{H};
    return defined $opt->{w} && $opt->{w} eq 'none' ? '' : '*' if !defined $fd || $fd eq '-';
    open my $in, "<&=$fd" or quit(64, "-h file descriptor expected: $fd");
    my $line = <$in> // quit(74, 'empty password read on file descriptor ' . $fd);
    chomp $line;
    return defined $opt->{H} ? $line : crypt($line, '$6$' . join('', map { ('a' .. 'z', 0 .. 9)[rand 36] } 1 .. 16) . '$');
}

sub make_home {
    my ($files, $user, $mode) = @_;
    my $home = $files->{root} . $user->{home};
    return if -d $home;
    my $so_far = '';
    for my $part (grep { length } split m{/}, $home) {
        $so_far .= "/$part";
        mkdir $so_far, 0755 if !-d $so_far;
    }
    chmod oct($mode // '0755'), $home;
    chown $user->{uid}, $user->{gid}, $home;
    return;
}

sub cmd_add {
    my ($files, @args) = @_;
    my ($name, $opt) = named($files, @args);
    quit(64, 'login name required') if !defined $name;
    check_name($name);
    quit(65, "login name `$name' already exists") if grep { $_->{name} eq $name } @{ $files->{users} };
    my $uid = defined $opt->{u} ? check_number($opt->{u}) : next_id(map { $_->{uid} } @{ $files->{users} });
    quit(65, "uid `$uid' has already been allocated") if !$opt->{o} && grep { $_->{uid} eq $uid } @{ $files->{users} };
    my $shell = $opt->{s} // '/bin/sh';
    $shell = "/bin/$shell" if $shell ne '' && $shell !~ m{/};
    quit(78, "non-existent shell: $shell") if $shell ne '' && !-e $files->{root} . $shell && $shell ne '/usr/sbin/nologin';
    my $gid = login_group($files, $name, $uid, $opt->{g});
    my %user = (
        name => $name, password => password($opt, '*'), uid => $uid, gid => $gid, class => $opt->{L} // '', change => 0,
        expire => $opt->{e} // 0, gecos => $opt->{c} // 'User &', home => $opt->{d} // "/home/$name", shell => $shell,
    );
    push @{ $files->{users} }, \%user;
    if ($opt->{N}) { print PwFiles::user_line(\%user), "\n"; return 0 }
    PwFiles::save_users($files);
    join_groups($files, $name, $opt->{G}) if defined $opt->{G};
    make_home($files, \%user, $opt->{M}) if $opt->{m};
    return 0;
}

sub cmd_del {
    my ($files, @args) = @_;
    my ($who, $opt) = named($files, @args);
    quit(64, 'username or uid required') if !defined $who;
    my $user = find($files, $who) or missing($who);
    quit(64, "cannot remove user 'root'") if $user->{name} eq 'root';
    $files->{users} = [grep { $_ != $user } @{ $files->{users} }];
    PwFiles::save_users($files);
    my $name = $user->{name};
    $files->{groups} =
        [grep { !($_->{name} eq $name && $_->{gid} eq $user->{gid} && !@{ $_->{members} }) } @{ $files->{groups} }];
    $_->{members} = [grep { $_ ne $name } @{ $_->{members} }] for @{ $files->{groups} };
    PwFiles::save_groups($files);
    system '/bin/rm', '-rf', $files->{root} . $user->{home} if $opt->{r} && $user->{home} =~ m{^/.};
    return 0;
}

sub cmd_mod {
    my ($files, @args) = @_;
    my ($who, $opt) = named($files, @args);
    quit(64, 'username or uid required') if !defined $who;
    my $user = find($files, $who) or missing($who);
    if (defined $opt->{l}) {
        check_name($opt->{l});
        quit(65, "login name `$opt->{l}' already exists") if grep { $_->{name} eq $opt->{l} } @{ $files->{users} };
        $user->{name} = $opt->{l};
    }
    if (defined $opt->{u} && $opt->{u} ne $user->{uid}) {
        quit(65, "uid `$opt->{u}' has already been allocated")
            if !$opt->{o} && grep { $_->{uid} eq $opt->{u} } @{ $files->{users} };
        $user->{uid} = check_number($opt->{u});
    }
    $user->{gid} = login_group($files, $user->{name}, $user->{uid}, $opt->{g}) if defined $opt->{g};
    $user->{home} = $opt->{d} if defined $opt->{d};
    $user->{shell} = $opt->{s} =~ m{/} || $opt->{s} eq '' ? $opt->{s} : "/bin/$opt->{s}" if defined $opt->{s};
    $user->{gecos} = $opt->{c} if defined $opt->{c};
    $user->{class} = $opt->{L} if defined $opt->{L};
    $user->{expire} = $opt->{e} if defined $opt->{e};
    $user->{password} = password($opt, $user->{password});
    PwFiles::save_users($files);
    join_groups($files, $user->{name}, $opt->{G}) if defined $opt->{G};
    make_home($files, $user, $opt->{M}) if $opt->{m};
    return 0;
}

sub cmd_show {
    my ($files, @args) = @_;
    my ($who, $opt) = named($files, @args);
    if ($opt->{a}) { print PwFiles::user_line($_), "\n" for @{ $files->{users} }; return 0 }
    quit(64, 'username or uid required') if !defined $who;
    my $user = find($files, $who) or missing($who);
    my %shown = (%$user, password => $> == 0 ? $user->{password} : '*');
    if ($opt->{7}) { print join(':', @shown{qw(name password uid gid gecos home shell)}), "\n"; return 0 }
    print PwFiles::user_line(\%shown), "\n";
    return 0;
}

sub cmd_next {
    my ($files) = @_;
    my $uid = next_id(map { $_->{uid} } @{ $files->{users} });
    my $gid = (grep { $_->{gid} eq $uid } @{ $files->{groups} }) ? next_id(map { $_->{gid} } @{ $files->{groups} }) : $uid;
    print "$uid:$gid\n";
    return 0;
}

sub lock_change {
    my ($files, $locked, @args) = @_;
    my ($who) = named($files, @args);
    quit(64, 'username or uid required') if !defined $who;
    my $user = find($files, $who) or missing($who);
    my $is = $user->{password} =~ /^\*LOCKED\*/ ? 1 : 0;
    quit(65, "user '$user->{name}' is " . ($locked ? 'already' : 'not') . ' locked') if $is == $locked;
    $user->{password} = $locked ? "*LOCKED*$user->{password}" : substr $user->{password}, 8;
    PwFiles::save_users($files);
    return 0;
}

sub cmd_lock { my ($files, @args) = @_; return lock_change($files, 1, @args) }
sub cmd_unlock { my ($files, @args) = @_; return lock_change($files, 0, @args) }

1;
