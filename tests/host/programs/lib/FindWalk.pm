# Walking and testing for find(1).
package FindWalk;
use strict;
use Bsd;
use FindTests;
use MountTable;

my ($status, $opt, $plan, %mounted);

# Runs an expression over the paths; the answer is find's exit status.
sub run {
    my ($options, $paths, @words) = @_;
    ($opt, $status) = ($options, 0);
    my $parsed = FindTests::parse($options, @words);
    $plan = $parsed->{test};
    $opt->{$_} = $parsed->{$_} for grep { defined $parsed->{$_} } qw(depth_first maxdepth mindepth same_device);
    $opt->{depth_first} ||= $opt->{d};
    $opt->{same_device} ||= $opt->{x};
    %mounted = map { $_->{to} => 1 } mounts() if $opt->{same_device};
    visit($_, 0) for @$paths;
    FindTests::finish();
    return $status || FindTests::status();
}

sub visit {
    my ($path, $depth) = @_;
    my @st = $opt->{L} || $opt->{H} && !$depth ? stat $path : ();
    @st = lstat $path if !@st;
    if (!@st) { complain($path); $status = 1; return }
    my $is_dir = ($st[2] & 0170000) == 040000;
    my $entry = { path => $path, st => \@st, depth => $depth, is_dir => $is_dir };
    my $tested = $depth >= ($opt->{mindepth} // 0);
    $plan->($entry) if $tested && !$opt->{depth_first};

    if (   $is_dir
        && !$entry->{prune}
        && $depth < ($opt->{maxdepth} // 1e9)
        && !($opt->{same_device} && $depth && $mounted{$path}))
    {
        children($path, $depth);
    }
    $plan->($entry) if $tested && $opt->{depth_first};
    return;
}

sub children {
    my ($path, $depth) = @_;
    my $dir;
    if (!opendir $dir, $path) { complain($path); $status = 1; return }
    my @names = grep { $_ ne '.' && $_ ne '..' } readdir $dir;
    closedir $dir;
    @names = sort @names if $opt->{s};
    my $base = $path =~ m{/$} ? $path : "$path/";
    visit("$base$_", $depth + 1) for @names;
    return;
}

1;
