# Stand-ins for daemons that only have to be there: a process with its title, pid file and socket, which does nothing.
package Idle;
use strict;
use Exporter 'import';
use Bsd;
use Linux;
use POSIX ();
our @EXPORT = qw(idle);

# Goes into the background and stays there until TERM. `socket` is kept open, or is the work to do. Helpers with these titles end with it.
sub idle {
    my ($pidfile, $title, $socket, @helpers) = @_;
    my $running = (slurp($pidfile) // '') =~ /^(\d+)/ ? $1 : 0;
    quit(1, 'another ' . prog() . " is already running, pid: $running") if $running && kill 0, $running;
    pipe my $ended, my $alive;
    my $pid = fork // exit 1;
    if ($pid) {
        for my $helper (@helpers) { fork or help($helper, $ended, $alive, $socket) }
        exit 0;
    }
    POSIX::setsid();
    chdir '/';
    leave_streams();
    spew($pidfile, $$, 0600);
    $SIG{TERM} = sub { unlink $pidfile; POSIX::_exit(0) };
    $SIG{HUP} = sub { };
    set_title($title, prog());
    $socket->() if ref $socket eq 'CODE';
    sleep 3600 while 1;
}

sub leave_streams {
    open my $null, '+<', '/dev/null';
    for my $fd (0 .. 2) { $null ? POSIX::dup2(fileno $null, $fd) : POSIX::close($fd) }
    return;
}

sub help {
    my ($title, $ended, @others) = @_;
    POSIX::setsid();
    chdir '/';
    close $_ for grep { defined } @others;
    leave_streams();
    set_title($title, prog());
    1 while !defined sysread $ended, my $rest, 1;
    POSIX::_exit(0);
}

1;
