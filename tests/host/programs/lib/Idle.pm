# Stand-ins for daemons that only have to be there: a process with its title, pid file and socket, which does nothing.
package Idle;
use strict;
use Exporter 'import';
use Bsd;
use Linux;
use POSIX ();
our @EXPORT = qw(idle);

# Goes into the background and stays there until TERM. `socket` is kept open.
sub idle {
    my ($pidfile, $title, $socket) = @_;
    my $running = (slurp($pidfile) // '') =~ /^(\d+)/ ? $1 : 0;
    quit(1, 'another ' . prog() . " is already running, pid: $running") if $running && kill 0, $running;
    my $pid = fork // exit 1;
    exit 0 if $pid;
    POSIX::setsid();
    chdir '/';
    open my $null, '+<', '/dev/null';
    for my $fd (0 .. 2) { $null ? POSIX::dup2(fileno $null, $fd) : POSIX::close($fd) }
    spew($pidfile, $$, 0600);
    $SIG{TERM} = sub { unlink $pidfile; POSIX::_exit(0) };
    $SIG{HUP} = sub { };
    set_title($title, prog());
    sleep 3600 while 1;
}

1;
