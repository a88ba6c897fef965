# Common to most programs of the test host: FreeBSD's getopt, its error texts and its way to complain.
package Bsd;
use strict;
use Exporter 'import';
our @EXPORT = qw(prog errtext complain quit getopt usage in_jail slurp spew say_err);

# Linux's words for an error where FreeBSD has others.
my %ERRTEXT = (
    'Device or resource busy' => 'Device busy',
    'Invalid cross-device link' => 'Cross-device link',
    'Connection timed out' => 'Operation timed out',
    'Cannot assign requested address' => q{Can't assign requested address},
    'Address family not supported by protocol' => 'Address family not supported by protocol family',
    'Disk quota exceeded' => 'Disc quota exceeded',
    'Numerical result out of range' => 'Result too large',
    'Resource deadlock would occur' => 'Resource deadlock avoided',
    'Transport endpoint is not connected' => 'Socket is not connected',
    'Too many levels of symbolic links' => 'Too many levels of symbolic links',
);

my $name = $0;
$name =~ s{.*/}{};

# The name this program was called by; an argument changes it (one program under two names).
sub prog { $name = $_[0] if @_; return $name }

# FreeBSD's text for an error number or for what $! holds now.
sub errtext {
    my $text = @_ ? "$_[0]" : "$!";
    return $ERRTEXT{$text} // $text;
}

sub say_err { print STDERR "$name: $_[0]\n"; return }

# A warning with the reason from $!, as warn(3) writes it.
sub complain { my $why = errtext(); print STDERR "$name: $_[0]: $why\n"; return }

# Ends the program, with a text if there is one, as errx(3) does.
sub quit { my ($status, $text) = @_; say_err($text) if defined $text; exit $status }

# Prints a usage text and ends the program.
sub usage { my ($text, $status) = @_; print STDERR $text; exit($status // 1) }

# FreeBSD's getopt(3): stops at the first operand, no long options. Takes the options out of the list and
# returns them in order as [letter, value]. Usage is a text, status what a wrong option ends with.
sub getopt {
    my ($spec, $args, $usage, $status) = @_;
    my %takes;
    $takes{$1} = $2 ? 1 : 0 while $spec =~ /([^:])(:?)/g;
    my @seen;
    while (@$args && $args->[0] =~ /^-(.+)/s) {
        my $rest = $1;
        shift @$args;
        last if $rest eq '-';
        while (length $rest) {
            my $letter = substr $rest, 0, 1, '';
            wrong("illegal option -- $letter", $usage, $status) if !exists $takes{$letter};
            if (!$takes{$letter}) { push @seen, [$letter, 1]; next }
            if (!length $rest) {
                wrong("option requires an argument -- $letter", $usage, $status) if !@$args;
                $rest = shift @$args;
            }
            push @seen, [$letter, $rest];
            $rest = '';
        }
    }
    return @seen;
}

sub wrong { my ($text, $usage, $status) = @_; say_err($text); usage($usage, $status) }

# The whole text of a file, or undef with $! set.
sub slurp {
    my ($path) = @_;
    open my $in, '<', $path or return undef;
    local $/;
    my $text = <$in>;
    close $in;
    return $text // '';
}

# Replaces a file's text by write and rename, so that no reader sees half of it.
sub spew {
    my ($path, $text, $mode) = @_;
    my $new = "$path.new.$$";
    open my $out, '>', $new or return 0;
    chmod $mode, $new if defined $mode;
    print {$out} $text;
    return 1 if close $out and rename $new, $path;
    my $reason = $!;
    unlink $new;
    $! = $reason;
    return 0;
}

# True when this process is in a jail: the jail's tree holds the mark that `jail -c` puts there.
sub in_jail { return -e '/libexec/testhost/ip4' ? 1 : 0 }

1;
