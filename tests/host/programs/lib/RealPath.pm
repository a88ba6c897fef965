# realpath(3) as FreeBSD has it.
package RealPath;
use strict;
use Cwd ();

# The path with no symbolic link in it, or undef with $! set. The last part may be missing when asked so.
sub resolve {
    my ($path, $last_may_miss) = @_;
    if (!length $path) { $! = 2; return undef }
    my @parts = grep { length } split m{/+}, ($path =~ m{^/} ? '' : Cwd::getcwd() . '/') . $path;
    my @done;
    my $links = 0;
    while (@parts) {
        my $part = shift @parts;
        next if $part eq '.';
        if ($part eq '..') { pop @done; next }
        my $here = '/' . join '/', @done, $part;
        if (!lstat $here) {
            return $here if $!{ENOENT} && !@parts && $last_may_miss;
            return undef;
        }
        if (!-l _) {
            push @done, $part;
            if (@parts && !-d _) { $! = 20; return undef }
            next;
        }
        if (++$links > 32) { $! = 40; return undef }
        my $to = readlink $here;
        @done = () if $to =~ m{^/};
        unshift @parts, grep { length } split m{/+}, $to;
    }
    return '/' . join '/', @done;
}

1;
