# The compiled half of Perl's module, as with POSIX.pm, and the names that the test host's programs use.
package Socket;
require XSLoader;
XSLoader::load('Socket');
*sockaddr_in = \&pack_sockaddr_in;

sub import {
    my $caller = caller;
    *{"${caller}::$_"} = \&{"Socket::$_"}
        for qw(INADDR_ANY PF_INET SOCK_DGRAM SOCK_STREAM SOL_SOCKET SO_ERROR SO_REUSEADDR inet_aton sockaddr_in);
    return;
}

1;
