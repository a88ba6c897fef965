# File modes: numbers and chmod(1)'s symbols, and their picture as `ls -l` shows it.
package Mode;
use strict;

my %WHO = (u => 04700, g => 02070, o => 01007, a => 07777);
my %SHIFT = (u => 6, g => 3, o => 0);

# The mode that a text gives when it is applied to an old mode; undef when the text is no mode.
sub apply {
    my ($text, $old, $umask, $is_dir) = @_;
    return oct $text if $text =~ /^[0-7]{1,5}$/;
    for my $clause (split /,/, $text, -1) {
        my ($who, $actions) = $clause =~ /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/ or return undef;
        while ($actions =~ /([-+=])([ugo]|[rwxXst]*)/g) {
            $old = one($who, $1, $2, $old, $umask, $is_dir);
        }
    }
    return $old;
}

sub one {
    my ($who, $op, $what, $old, $umask, $is_dir) = @_;
    my $mask = 0;
    $mask |= $WHO{$_} for split //, $who || 'a';
    my $bits = bits_of($what, $old, $is_dir) & $mask;
    $bits &= ~$umask if $who eq '';
    return $old | $bits if $op eq '+';
    return $old & ~$bits if $op eq '-';
    return ($old & ~($mask & ($is_dir ? 01777 : 07777))) | $bits;
}

sub bits_of {
    my ($what, $old, $is_dir) = @_;
    if ($what =~ /^[ugo]$/) {
        my $three = ($old >> $SHIFT{$what}) & 7;
        return $three * 0111;
    }
    my $bits = 0;
    for my $letter (split //, $what) {
        $bits |= 0444 if $letter eq 'r';
        $bits |= 0222 if $letter eq 'w';
        $bits |= 0111 if $letter eq 'x' || ($letter eq 'X' && ($is_dir || $old & 0111));
        $bits |= 06000 if $letter eq 's';
        $bits |= 01000 if $letter eq 't';
    }
    return $bits;
}

# The ten characters of `ls -l`.
sub picture {
    my ($mode) = @_;
    my %type = (0100000 => '-', 040000 => 'd', 0120000 => 'l', 020000 => 'c', 060000 => 'b', 010000 => 'p', 0140000 => 's');
    my $text = $type{ $mode & 0170000 } // '?';
    for my $shift (6, 3, 0) {
        my $special = $mode & ($shift == 6 ? 04000 : $shift == 3 ? 02000 : 01000);
        my $x = $mode >> $shift & 1;
        my ($both, $only) = $shift ? ('s', 'S') : ('t', 'T');
        $text .= $mode >> $shift & 4 ? 'r' : '-';
        $text .= $mode >> $shift & 2 ? 'w' : '-';
        $text .= $special ? ($x ? $both : $only) : ($x ? 'x' : '-');
    }
    return $text;
}

1;
