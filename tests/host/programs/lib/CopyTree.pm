# Copying files as cp(1) does: contents, links and special files, and with -p what belongs to them.
package CopyTree;
use strict;
use Exporter 'import';
use Fcntl qw(:mode O_CREAT O_TRUNC O_WRONLY);
use POSIX ();
use Bsd;
use Flags;
our @EXPORT = qw(copy_path copy_failures);

my $failures = 0;

sub copy_failures { return $failures }

sub failed { my ($text) = @_; complain($text); $failures++; return 0 }

# Copies one path onto another; options are cp's letters and, internally, the device of the start for -x.
sub copy_path {
    my ($from, $to, $opt, $top) = @_;
    my @stat = $opt->{P} && !($top && $opt->{H}) || $opt->{R} && !$opt->{L} && !($top && $opt->{H}) ? lstat $from : stat $from;
    return failed($from) if !@stat;
    my ($mode) = $stat[2];
    if (S_ISDIR($mode)) { return copy_directory($from, $to, $opt, \@stat) }
    if (same_file($to, \@stat)) { say_err("$to and $from are identical (not copied)."); $failures++; return 0 }
    return 1 if $opt->{n} && lstat $to;
    my $done = S_ISLNK($mode) ? copy_link($from, $to)
        : !$opt->{R} || S_ISREG($mode) ? copy_file($from, $to, $opt, \@stat)
        : copy_special($from, $to, \@stat);
    return 0 if !$done;
    print "$from -> $to\n" if $opt->{v};
    return $opt->{p} ? keep($to, \@stat, $from) : 1;
}

sub same_file {
    my ($to, $stat) = @_;
    my @there = stat $to;
    return @there && $there[0] == $stat->[0] && $there[1] == $stat->[1] && S_ISREG($stat->[2]);
}

sub copy_directory {
    my ($from, $to, $opt, $stat) = @_;
    if (!$opt->{R}) { say_err("$from is a directory (not copied)."); $failures++; return 0 }
    if (lstat $to && !-d $to) { $! = 20; return failed($to) }
    my $made = !-d $to;
    if ($made) { mkdir $to, S_IMODE($stat->[2]) | 0700 or return failed($to) }
    print "$from -> $to\n" if $opt->{v};
    $opt->{device} //= $stat->[0];
    if (!$opt->{x} || $stat->[0] == $opt->{device}) { copy_entries($from, $to, $opt) }
    return keep($to, $stat, $from) if $opt->{p};
    chmod S_IMODE($stat->[2]) & ~umask, $to if $made;
    return 1;
}

sub copy_entries {
    my ($from, $to, $opt) = @_;
    opendir my $dir, $from or return failed($from);
    my @names = sort grep { $_ ne '.' && $_ ne '..' } readdir $dir;
    closedir $dir;
    copy_path("$from/$_", "$to/$_", $opt, 0) for @names;
    return 1;
}

sub copy_link {
    my ($from, $to) = @_;
    my $target = readlink($from) // return failed($from);
    unlink $to if lstat $to;
    return symlink($target, $to) ? 1 : failed($to);
}

sub copy_special {
    my ($from, $to, $stat) = @_;
    my $mode = $stat->[2];
    if (S_ISSOCK($mode)) { say_err("$from is a socket (not copied)."); return 0 }
    unlink $to if lstat $to;
    return POSIX::mkfifo($to, S_IMODE($mode)) ? 1 : failed($to) if S_ISFIFO($mode);
    require Linux;
    return Linux::make_node($to, $mode, $stat->[6]) ? 1 : failed($to);
}

sub copy_file {
    my ($from, $to, $opt, $stat) = @_;
    if ($opt->{l}) { unlink $to if $opt->{f}; return link($from, $to) ? 1 : failed($to) }
    if ($opt->{s}) { unlink $to if $opt->{f}; return symlink($from, $to) ? 1 : failed($to) }
    open my $in, '<:raw', $from or return failed($from);
    my $out = open_target($to, $opt, S_IMODE($stat->[2])) or return failed($to);
    while (1) {
        my $read = sysread($in, my $block, 1 << 20) // return failed($from);
        last if !$read;
        for (my $at = 0; $at < $read;) { $at += syswrite($out, $block, $read - $at, $at) // return failed($to) }
    }
    return close($out) ? 1 : failed($to);
}

# Writes over a file that is there; with -f, when that cannot be opened, it is removed first.
sub open_target {
    my ($to, $opt, $mode) = @_;
    my $flags = O_WRONLY() | O_CREAT() | O_TRUNC();
    my $out;
    return $out if sysopen $out, $to, $flags, $mode & 0777;
    return undef if !$opt->{f} || !unlink $to;
    return sysopen($out, $to, $flags, $mode & 0777) ? $out : undef;
}

# Owner, mode, times and last the flags, for these may forbid the rest.
sub keep {
    my ($to, $stat, $from) = @_;
    my $mode = $stat->[2];
    if (S_ISLNK($mode)) {
        require Linux;
        Linux::own_link($to, $stat->[4], $stat->[5]) if $> == 0;
        return 1;
    }
    chown $stat->[4], $stat->[5], $to or $> != 0 or return failed("chown: $to");
    chmod S_IMODE($mode), $to or return failed("chmod: $to");
    utime $stat->[8], $stat->[9], $to;
    return 1 if !Flags::immutable($from);
    return Flags::set_immutable($to, 1) ? 1 : failed("chflags: $to");
}

1;
