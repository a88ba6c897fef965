# Gifts of login(1) and setusercontext(3) to a user: variables of login.conf's class, groups, ids.
package LoginClass;
use strict;
use Exporter 'import';
use POSIX ();
our @EXPORT = qw(user_named user_numbered class_variables identity become_user);

my @PATH = qw(/sbin /bin /usr/sbin /usr/bin /usr/local/sbin /usr/local/bin ~/bin);

# A user's record, or undef; $! tells whether the password file itself was missing.
sub user_named { my ($name) = @_; return record(sub { getpwnam $name }) }

sub user_numbered { my ($uid) = @_; return record(sub { getpwuid $uid }) }

sub record {
    my ($look) = @_;
    $! = 0;
    if (!-e '/etc/passwd') { $! = 2; return undef }
    my @fields = $look->();
    $! = 0;
    return undef if !@fields;
    return { name => $fields[0], uid => $fields[2], gid => $fields[3], home => $fields[7], shell => $fields[8] || '/bin/sh' };
}

# The variables of the default class for a user.
sub class_variables {
    my ($user) = @_;
    my $path = join ':', map { s{^~}{$user->{home}}r } @PATH;
    return (BLOCKSIZE => 'K', LANG => 'C.UTF-8', MM_CHARSET => 'UTF-8', MAIL => "/var/mail/$user->{name}", PATH => $path);
}

sub identity { my ($user) = @_; return (USER => $user->{name}, HOME => $user->{home}, SHELL => $user->{shell}) }

# Takes the user's groups and ids for good.
sub become_user {
    my ($user, $groups_only) = @_;
    my @groups = ($user->{gid});
    setgrent();
    while (my ($name, undef, $gid, $members) = getgrent()) {
        push @groups, $gid if $gid != $user->{gid} && grep { $_ eq $user->{name} } split ' ', $members;
    }
    endgrent();
    $) = "$user->{gid} @groups";
    return 1 if $groups_only;
    POSIX::setgid($user->{gid});
    POSIX::setuid($user->{uid});
    return $> == $user->{uid};
}

1;
