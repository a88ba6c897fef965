# Walking a tree as fts(3) does: a directory first, then what is in it, links not followed.
package Walk;
use strict;
use Bsd;

# Calls the function with every path of the tree, the parents first. A directory that it returns 'prune' for is not entered.
sub tree {
    my ($path, $visit) = @_;
    my $answer = $visit->($path);
    return if defined $answer && $answer eq 'prune';
    return if -l $path || !-d _;
    my $dir;
    if (!opendir $dir, $path) { complain($path); return }
    my @names = sort grep { $_ ne '.' && $_ ne '..' } readdir $dir;
    closedir $dir;
    my $base = $path eq '/' ? '' : $path;
    tree("$base/$_", $visit) for @names;
    return;
}

1;
