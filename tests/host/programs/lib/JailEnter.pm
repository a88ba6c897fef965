# Becoming a member of a jail: its namespace, its root, and what its root user may not do.
package JailEnter;
use strict;
use Exporter 'import';
use Bsd;
use Jail;
use Linux;
use LoginClass;
our @EXPORT = qw(attach clean_environment);

use constant CAP_LINUX_IMMUTABLE => 9;

# Enters the jail; false with $! set when that fails. The working directory is the jail's root afterwards.
sub attach {
    my ($jail) = @_;
    my $uts = holder_namespace($jail) or return 0;
    enter_uts($uts) or return 0;
    close $uts;
    chdir $jail->{path} and chroot '.' and chdir '/' or return 0;
    drop_capability(CAP_LINUX_IMMUTABLE) if !$jail->{'allow.chflags'};
    return 1;
}

# The environment of a login, with nothing of the caller's but the terminal type.
sub clean_environment {
    my ($user) = @_;
    my $term = $ENV{TERM} // 'su';
    %ENV = (TERM => $term, class_variables($user), identity($user));
    return;
}

1;
