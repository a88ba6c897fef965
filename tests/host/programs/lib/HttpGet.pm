# A small HTTP/1.1 client with libfetch's words for what can go wrong.
package HttpGet;
use strict;
use Socket;
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use Bsd;

my %STATUS = (
    400 => 'Bad Request', 401 => 'Unauthorized', 403 => 'Forbidden', 404 => 'Not Found', 405 => 'Method Not Allowed',
    407 => 'Proxy Authentication Required',
    408 => 'Request Timeout', 409 => 'Conflict', 410 => 'Gone', 416 => 'Requested Range Not Satisfiable',
    500 => 'Internal Server Error',
    501 => 'Not Implemented', 502 => 'Bad Gateway', 503 => 'Service Unavailable', 504 => 'Gateway Timeout',
    301 => 'Moved Permanently', 302 => 'Moved Temporarily', 303 => 'See Other', 307 => 'Temporary Redirect',
    308 => 'Permanent Redirect',
);

# Asks for a URL. The answer has status, length, mtime and an open socket, or an error text.
sub request {
    my ($url, %how) = @_;
    for (1 .. 10) {
        my ($host, $port, $path) = $url =~ m{^http://(?:[^/@]*@)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?(/[^#]*)?}i
            or return { error => 'Malformed URL' };
        my $answer = ask($host, $port || 80, $path // '/', %how);
        return $answer if $answer->{error};
        my $status = $answer->{status};
        return $answer if $status == 200 || $status == 206 || $status == 203;
        return $answer if $status == 204;
        my $redirect = $status =~ /^30[12378]$/ && $answer->{headers}{location};
        return { error => $STATUS{$status} // 'Unknown HTTP error' }
            if !$redirect || !$how{follow} && $status != 301 && $status != 308;
        $url = absolute($redirect, $url);
        return { error => 'Authentication error: the test host has no TLS' } if $url =~ /^https/i;
    }
    return { error => 'Too many redirections' };
}

sub absolute {
    my ($to, $from) = @_;
    return $to if $to =~ m{^[a-z]+://}i;
    my ($site) = $from =~ m{^(http://[^/]+)}i;
    return "$site$to" if $to =~ m{^/};
    my ($dir) = $from =~ m{^(http://[^/]+(?:/[^?#]*/)?)}i;
    return "$dir/$to" =~ s{(?<!:)//+}{/}gr;
}

sub ask {
    my ($host, $port, $path, %how) = @_;
    my ($socket, $error) = connect_to($host, $port, $how{timeout});
    return { error => $error } if defined $error;
    my %headers = (Host => $port == 80 ? $host : "$host:$port", Accept => '*/*', Connection => 'close', %{ $how{headers} });
    my $text =
          ($how{head} ? 'HEAD' : 'GET')
        . " $path HTTP/1.1\r\n"
        . join('', map { "$_: $headers{$_}\r\n" } sort keys %headers) . "\r\n";
    local $SIG{PIPE} = 'IGNORE';
    syswrite $socket, $text or return { error => errtext() };
    my $answer = { socket => $socket, buffer => '', timeout => $how{timeout} };

    while ($answer->{buffer} !~ /\r?\n\r?\n/) {
        my $more = more($answer);
        return { error => 'Operation timed out' } if !defined $more && $answer->{timed_out};
        return { error => errtext() } if !defined $more;
        return { error => $answer->{buffer} eq '' ? 'Connection reset by peer' : 'Protocol error' } if !$more;
    }
    return parse_head($answer);
}

sub parse_head {
    my ($answer) = @_;
    $answer->{buffer} =~ s/^(.*?)\r?\n\r?\n//s;
    my ($first, @lines) = split /\r?\n/, $1;
    ($answer->{status}) = $first =~ m{^HTTP/1\.\d (\d{3})} or return { error => 'Protocol error' };
    for (@lines) { $answer->{headers}{ lc $1 } = $2 if /^([^:]+):\s*(.*?)\s*$/ }
    $answer->{length} = $answer->{headers}{'content-length'};
    $answer->{chunked} = ($answer->{headers}{'transfer-encoding'} // '') =~ /chunked/i;
    $answer->{mtime} = http_time($answer->{headers}{'last-modified'});
    return $answer;
}

sub http_time {
    my ($text) = @_;
    my ($d, $name, $y, $h, $m, $s) = ($text // '') =~ /^\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT/
        or return undef;
    my %month = map { (qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec))[$_] => $_ } 0 .. 11;
    require POSIX;
    local $ENV{TZ} = 'UTC';
    POSIX::tzset();
    my $when = POSIX::mktime($s, $m, $h, $d, $month{$name} // 0, $y - 1900);
    return $when;
}

sub connect_to {
    my ($host, $port, $timeout) = @_;
    my $address = inet_aton($host) or return (undef, 'Host does not resolve');
    socket my $socket, PF_INET, SOCK_STREAM, 0 or return (undef, errtext());
    my $flags = fcntl $socket, F_GETFL, 0;
    fcntl $socket, F_SETFL, $flags | O_NONBLOCK;
    if (!connect $socket, sockaddr_in($port, $address)) {
        return (undef, errtext()) if !$!{EINPROGRESS};
        wait_for($socket, 1, $timeout) or return (undef, 'Operation timed out');
        my $problem = unpack 'i', getsockopt $socket, SOL_SOCKET, SO_ERROR;
        if ($problem) { $! = $problem; return (undef, errtext()) }
    }
    fcntl $socket, F_SETFL, $flags;
    return ($socket, undef);
}

sub wait_for {
    my ($socket, $to_write, $timeout) = @_;
    my $set = '';
    vec($set, fileno $socket, 1) = 1;
    my ($r, $w) = $to_write ? (undef, $set) : ($set, undef);
    return select($r, $w, undef, $timeout || undef) > 0;
}

# Reads what comes next into the buffer: its length, 0 at the end, undef for an error or after the time.
sub more {
    my ($answer) = @_;
    if (!wait_for($answer->{socket}, 0, $answer->{timeout})) { $answer->{timed_out} = 1; return undef }
    return sysread $answer->{socket}, $answer->{buffer}, 65536, length $answer->{buffer};
}

# Writes the body to a file: the bytes written, and 'timeout', 'read' or 'write' if something went wrong.
sub body {
    my ($answer, $out) = @_;
    return chunked_body($answer, $out) if $answer->{chunked};
    my $written = 0;
    while (1) {
        my $left = defined $answer->{length} ? $answer->{length} - $written : undef;
        my $piece = defined $left && length $answer->{buffer} > $left
            ? substr $answer->{buffer}, 0, $left
            : $answer->{buffer};
        print {$out} $piece or return ($written, 'write');
        $written += length $piece;
        $answer->{buffer} = '';
        last if defined $answer->{length} && $written >= $answer->{length};
        my $more = more($answer);
        return ($written, $answer->{timed_out} ? 'timeout' : 'read') if !defined $more;
        last if !$more;
    }
    return ($written, undef);
}

sub chunked_body {
    my ($answer, $out) = @_;
    my $written = 0;
    while (1) {
        while ($answer->{buffer} !~ /^\r?\n?([0-9a-fA-F]+)[^\n]*\n/) { more($answer) or return ($written, 'read') }
        $answer->{buffer} =~ s/^\r?\n?([0-9a-fA-F]+)[^\n]*\n//;
        my $size = hex $1;
        return ($written, undef) if !$size;
        while (length $answer->{buffer} < $size) { more($answer) or return ($written, 'read') }
        print {$out} substr $answer->{buffer}, 0, $size, '' or return ($written, 'write');
        $written += $size;
    }
}

1;
