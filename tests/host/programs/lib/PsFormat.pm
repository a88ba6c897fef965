# The columns of ps(1): their headings, which side they lean to, and what stands in them.
package PsFormat;
use strict;
use Exporter 'import';
use POSIX ();
our @EXPORT = qw(column shown_command);

my %ALIAS = (args => 'command', state => 'stat', uname => 'user', pcpu => '%cpu', pmem => '%mem', ucomm => 'comm', tt => 'tty',
    cputime => 'time', vsize => 'vsz', ni => 'nice', sess => 'sid', jail => 'jailname');

# Heading, left or right, and the value of a process.
my %COLUMN = (
    pid => ['PID', 'r', sub { $_[0]{pid} }],
    ppid => ['PPID', 'r', sub { $_[0]{ppid} }],
    pgid => ['PGID', 'r', sub { $_[0]{pgid} }],
    sid => ['SID', 'r', sub { $_[0]{sid} }],
    jid => ['JID', 'r', sub { $_[0]{jid} }],
    uid => ['UID', 'r', sub { $_[0]{uid} }],
    ruid => ['RUID', 'r', sub { $_[0]{ruid} }],
    gid => ['GID', 'r', sub { $_[0]{gid} }],
    user => ['USER', 'l', sub { name_of($_[0]{uid}) }],
    ruser => ['RUSER', 'l', sub { name_of($_[0]{ruid}) }],
    jailname => ['JAIL', 'l', sub { $_[0]{jailname} // '-' }],
    command => ['COMMAND', 'l', sub { shown_command($_[0]) }],
    comm => ['COMMAND', 'l', sub { $_[0]{comm} }],
    stat => ['STAT', 'l', sub { state_of($_[0]) }],
    tty => ['TT ', 'l', sub { $_[0]{tty} ? terminal($_[0]{tty}) : ' - ' }],
    time => ['TIME', 'r', sub { clock($_[0]{time}) }],
    etime => ['ELAPSED', 'r', sub { elapsed(time - $_[0]{start}) }],
    etimes => ['ELAPSED', 'r', sub { int(time - $_[0]{start}) }],
    start => ['STARTED', 'l', sub { started($_[0]{start}) }],
    lstart => ['STARTED', 'l', sub { POSIX::strftime('%a %b %e %H:%M:%S %Y', localtime $_[0]{start}) }],
    '%cpu' => ['%CPU', 'r', sub { '0.0' }],
    '%mem' => ['%MEM', 'r', sub { sprintf '%.1f', $_[0]{rss} / 31318.4 }],
    vsz => ['VSZ', 'r', sub { $_[0]{vsz} }],
    rss => ['RSS', 'r', sub { $_[0]{rss} }],
    nice => ['NI', 'r', sub { $_[0]{nice} }],
    pri => ['PRI', 'r', sub { 20 }],
    cpu => ['C', 'r', sub { 0 }],
    mwchan => ['MWCHAN', 'l', sub { 'select' }],
    wchan => ['WCHAN', 'l', sub { 'select' }],
    nlwp => ['NLWP', 'r', sub { 1 }],
);

# A column by its keyword, as [heading, side, value function], or undef.
sub column { my ($word) = @_; my $found = $COLUMN{ $ALIAS{$word} // $word } // return; return [@$found] }

sub name_of { my ($uid) = @_; return (getpwuid $uid)[0] // $uid }

# The arguments, and the program's own name after them when they have been replaced by a title.
sub shown_command {
    my ($process) = @_;
    my @args = @{ $process->{args} };
    return $process->{state} eq 'Z' ? '<defunct>' : "[$process->{comm}]" if !@args;
    my $first = $args[0] =~ s{.*/}{}r =~ s/^-//r;
    my $line = join(' ', @args) =~ s{\n}{\\n}gr;
    return @args == 1 && $args[0] =~ /: / && $first ne $process->{comm} ? "$line ($process->{comm})" : $line;
}

sub state_of {
    my ($process) = @_;
    my %letters = (S => 'I', D => 'D', R => 'R', Z => 'Z', T => 'T', t => 'T');
    my $letter = $letters{ $process->{state} } // 'I';
    $letter = 'R' if $process->{pid} == $$;
    $letter = 'S' if $letter eq 'I' && time - $process->{start} < 20;
    $letter .= 's' if $process->{sid} == $process->{pid};
    $letter .= 'J' if $process->{jid};
    return $letter . ($process->{tty} ? '+' : '');
}

sub terminal { my ($device) = @_; return sprintf '%-3s', $device >> 8 == 136 ? $device & 255 : 'v0' }

sub clock { my ($seconds) = @_; return sprintf '%d:%05.2f', int($seconds / 60), $seconds - 60 * int($seconds / 60) }

sub elapsed {
    my ($seconds) = @_;
    my ($days, $hours, $minutes) = (int($seconds / 86400), int($seconds / 3600) % 24, int($seconds / 60) % 60);
    my $tail = sprintf '%02d:%02d', $minutes, $seconds % 60;
    return $days ? sprintf('%d-%02d:%s', $days, $hours, $tail) : $hours ? sprintf('%02d:%s', $hours, $tail) : $tail;
}

sub started { my ($when) = @_; return POSIX::strftime(time - $when < 86400 ? '%H:%M' : '%a%H', localtime $when) }

1;
