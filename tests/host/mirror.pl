#!/usr/bin/perl
# The release and package mirror of one test host: a small HTTP server in the host's network namespace, outside its
# process namespace. It ends when its standard input does.
#
# The first part of a path makes it misbehave: /truncated /corrupt /missing /nomanifest /error /slow /stall.
# A jail reaches it only when pf translates the jail's address: on a real network its packets would never be answered.
#
# Arguments: ADDRESS:PORT, the folder to serve, the host's own address, the file with the pid of the host's process 1, the
# release whose archive is also at the top, where the machines that were observed fetched it.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use POSIX ();
use Socket qw(inet_ntoa inet_aton);

my ($local, $root, $own_address, $pid_file, $release) = @ARGV;
my $CHUNK = 65536;
my %KINDS = map { $_ => 1 } qw(truncated corrupt missing nomanifest error slow stall);
my $server = IO::Socket::INET->new(LocalAddr => $local, Listen => 64, ReuseAddr => 1) or die "Cannot listen on $local: $!\n";
my $select = IO::Select->new($server, \*STDIN);
$SIG{CHLD} = 'IGNORE';
$SIG{$_} = 'IGNORE' for qw(INT HUP PIPE);

while (1) {
    for my $ready ($select->can_read) {
        if ($ready == \*STDIN) { POSIX::_exit(0) if !sysread STDIN, my $rest, 1; next }
        my $client = $server->accept or next;
        my $pid = fork;
        if (defined $pid && !$pid) { serve($client); POSIX::_exit(0) }
        close $client;
    }
}

sub serve {
    my ($client) = @_;
    alarm 600;
    my $from = $client->peerhost;
    unanswered($client) if $from ne $own_address && $from ne '10.0.2.2' && !translated($from);
    my $request = '';
    while ($request !~ /\r?\n\r?\n/) { sysread $client, $request, 4096, length $request or return }
    my ($method, $path) = $request =~ m{^(GET|HEAD) (/[^ ?]*)} or return refuse($client, 400, 'Bad Request');
    my $kind = $path =~ m{^/([a-z]+)/} && $KINDS{$1} ? $1 : q{};
    $path =~ s{^/$kind}{} if length $kind;
    return refuse($client, 500, 'Internal Server Error') if $kind eq 'error';
    return refuse($client, 404, 'Not Found') if $kind eq 'missing' || $kind eq 'nomanifest' && $path =~ /MANIFEST$/;
    $path = "/amd64/amd64/$release/base.txz" if $path eq '/base.txz';
    return refuse($client, 404, 'Not Found') if $path =~ m{(^|/)\.\.(/|$)};
    return refuse($client, 200, 'OK', "<html>testhost</html>\n") if -d "$root$path";
    open my $file, '<:raw', "$root$path" or return refuse($client, 404, 'Not Found');
    send_file($client, $method, $kind, $file, $request);
    return;
}

# No answer, as long as the client waits and the host is there.
sub unanswered {
    my ($client) = @_;
    my $ends = IO::Select->new($client, \*STDIN);
    while (1) {
        for my $ready ($ends->can_read) { POSIX::_exit(0) if !sysread $ready, my $rest, 4096 }
    }
}

sub refuse {
    my ($client, $status, $text, $body) = @_;
    $body //= "$text\n";
    print $client "HTTP/1.1 $status $text\r\nContent-Length: ", length $body, "\r\nConnection: close\r\n\r\n$body";
    close $client;
    return;
}

sub send_file {
    my ($client, $method, $kind, $file, $request) = @_;
    my ($size, $time) = (stat $file)[7, 9];
    my $from = $request =~ /^Range: bytes=(\d+)-\r?$/mi && $1 < $size ? $1 : 0;
    my $archive = $size > $CHUNK;
    my $end = $archive && $kind =~ /^(truncated|stall)$/ ? int($size / 2) : $size;
    my $modified = POSIX::strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime $time);
    my $head = $from ? "206 Partial Content\r\nContent-Range: bytes $from-" . ($size - 1) . "/$size" : '200 OK';
    put($client, "HTTP/1.1 $head\r\nContent-Length: " . ($size - $from) . "\r\nLast-Modified: $modified\r\nConnection: close\r\n\r\n");
    return if $method eq 'HEAD';
    sysseek $file, $from, 0;
    for (my $at = $from; $at < $end;) {
        my $got = sysread $file, my $bytes, $end - $at < $CHUNK ? $end - $at : $CHUNK or return;
        substr($bytes, 100, 1) = chr(ord(substr $bytes, 100, 1) ^ 1) if $kind eq 'corrupt' && $archive && $at == $from;
        put($client, $bytes);
        $at += $got;
        select undef, undef, undef, 0.06 if $kind eq 'slow';
    }
    unanswered($client) if $archive && $kind eq 'stall';
    return;
}

sub put {
    my ($client, $bytes) = @_;
    while (length $bytes) {
        my $sent = syswrite $client, $bytes;
        POSIX::_exit(0) if !defined $sent;
        substr $bytes, 0, $sent, '';
    }
    return;
}

# True when pf is on in the host and has a nat rule for this source address, in the main rules or in an anchor they use.
sub translated {
    my ($address) = @_;
    open my $file, '<', $pid_file or return 0;
    my $pid = <$file> // return 0;
    chomp $pid;
    my $state = "/proc/$pid/root/var/run/testhost/pf";
    return 0 if !-e "$state/enabled";
    my @main = rules("$state/anchor.");
    my @rules = @main;
    for my $name (map { /^nat-anchor "?([^" ]+)"?/ ? $1 : () } @main) {
        my $pattern = "$state/anchor." . $name =~ s{/}{%}gr;
        push @rules, map { rules($_) } glob $pattern;
    }
    for (@rules) { return 1 if /^nat (?!.*\bno nat).*\bfrom (\S+)/ && covers($1, $address) }
    return 0;
}

sub rules {
    my ($path) = @_;
    open my $file, '<', $path or return;
    return map { /^translation\t(.*)/ ? $1 : () } <$file>;
}

sub covers {
    my ($source, $address) = @_;
    return 1 if $source eq 'any' || $source eq $address;
    my ($network, $bits) = $source =~ m{^([\d.]+)/(\d+)$} or return 0;
    my $mask = $bits ? 0xffffffff << 32 - $bits & 0xffffffff : 0;
    my ($left, $right) = map { unpack 'N', inet_aton(join '.', (split(/\./, $_), 0, 0, 0)[0 .. 3]) } $network, $address;
    return ($left & $mask) == ($right & $mask);
}
