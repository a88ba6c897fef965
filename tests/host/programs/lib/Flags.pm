# The flag schg. On the test host it is Linux's immutable attribute.
package Flags;
use strict;
use Fcntl qw(O_NOFOLLOW O_NONBLOCK O_RDONLY);

# The requests FS_IOC_GETFLAGS and FS_IOC_SETFLAGS, and the attribute's bit.
my $GET = 0x80086601;
my $SET = 0x40086602;
my $IMMUTABLE = 0x10;

sub attributes {
    my ($path) = @_;
    return undef if !lstat $path or !(-f _ || -d _);
    sysopen my $file, $path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW or return undef;
    my $buffer = pack 'L!', 0;
    ioctl $file, $GET, $buffer or return undef;
    return unpack 'L', $buffer;
}

# True when a file has schg.
sub immutable { my ($path) = @_; return ((attributes($path) // 0) & $IMMUTABLE) ? 1 : 0 }

# Gives a file schg or takes it away; false with $! set when that is not possible.
sub set_immutable {
    my ($path, $on) = @_;
    my $old = attributes($path);
    return 0 if !defined $old;
    my $new = $on ? $old | $IMMUTABLE : $old & ~$IMMUTABLE;
    return 1 if $new == $old;
    sysopen my $file, $path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW or return 0;
    my $buffer = pack 'L!', $new;
    return ioctl($file, $SET, $buffer) ? 1 : 0;
}

1;
