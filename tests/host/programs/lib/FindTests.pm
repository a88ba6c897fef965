# find(1)'s primaries and operators, made into one function that tests an entry.
package FindTests;
use strict;
use Bsd;
use FindPrimaries;
use Mode;

my (@words, %found, %settings, @batches, $status);

# Makes the expression's words into {test, depth_first, maxdepth, mindepth, same_device}.
sub parse {
    my ($opt, @given) = @_;
    (@words, %found, %settings, @batches) = ();
    @words = @given;
    $status = 0;
    FindPrimaries::start($opt->{E}, \%settings);
    my $test = @words ? alternatives() : sub { 1 };
    quit(1, "$words[0]: unknown primary or operator") if @words && $words[0] ne ')';
    quit(1, '): no beginning \'(\'') if @words;
    my $whole = $found{action} ? $test : sub { $test->($_[0]) and print "$_[0]{path}\n"; return 1 };
    return { test => $whole, %settings };
}

sub status { return $status }

sub alternatives {
    my $left = conjunction();
    while (@words && $words[0] =~ /^-(o|or)$/) {
        my $op = shift @words;
        quit(1, "$op: no following expression") if !@words;
        my ($a, $b) = ($left, conjunction());
        $left = sub { $a->($_[0]) || $b->($_[0]) };
    }
    return $left;
}

sub conjunction {
    my $left = negation();
    while (@words && $words[0] ne ')' && $words[0] !~ /^-(o|or)$/) {
        if ($words[0] =~ /^-(a|and)$/) { my $op = shift @words; quit(1, "$op: no following expression") if !@words }
        my ($a, $b) = ($left, negation());
        $left = sub { $a->($_[0]) && $b->($_[0]) };
    }
    return $left;
}

sub negation {
    my $word = shift @words;
    if ($word eq '!' || $word eq '-not') {
        quit(1, "$word: no following expression") if !@words;
        my $test = negation();
        return sub { !$test->($_[0]) };
    }
    if ($word eq '(') {
        quit(1, '(: missing closing \')\'') if !@words;
        quit(1, '(): empty inner expression') if $words[0] eq ')';
        my $test = alternatives();
        quit(1, '(: missing closing \')\'') if !@words || shift @words ne ')';
        return $test;
    }
    return primary($word);
}

sub value { my ($word) = @_; quit(1, "$word: requires additional arguments") if !@words; return shift @words }

my %SIMPLE = (
    '-true' => sub { 1 }, '-false' => sub { 0 },
    '-empty' => sub {
        my $e = $_[0];
        if ($e->{is_dir}) { opendir my $d, $e->{path} or return 0; return 2 >= (() = readdir $d) }
        return ($e->{st}[2] & 0170000) == 0100000 && $e->{st}[7] == 0;
    },
    '-nouser' => sub { !defined getpwuid $_[0]{st}[4] }, '-nogroup' => sub { !defined getgrgid $_[0]{st}[5] },
    '-prune' => sub { $_[0]{prune} = 1 },
);
my %ACTION = (
    '-print' => sub { print "$_[0]{path}\n"; 1 }, '-print0' => sub { print "$_[0]{path}\0"; 1 }, '-delete' => \&delete_entry,
    '-ls' => sub {
        my $e = $_[0];
        my $st = $e->{st};
        printf "%d %d %s %d %s %s %d %s\n", @$st[1, 12], Mode::picture($st->[2]), $st->[3], getpwuid($st->[4]) // $st->[4],
            getgrgid($st->[5]) // $st->[5], $st->[7], $e->{path};
        1;
    },
    '-quit' => sub { finish(); exit $status },
);

sub primary {
    my ($word) = @_;
    return $SIMPLE{$word} if $SIMPLE{$word};
    if ($ACTION{$word}) { $found{action} = 1; $settings{depth_first} = 1 if $word eq '-delete'; return $ACTION{$word} }
    if ($word =~ /^-(depth|d)$/ && !($word eq '-depth' && @words && $words[0] =~ /^[-+]?\d+$/)) {
        $settings{depth_first} = 1;
        return sub { 1 }
    }
    if ($word =~ /^-(xdev|mount)$/) {
        $settings{same_device} = 1;
        return sub { 1 }
    }
    if ($word =~ /^-(noleaf|follow|ignore_readdir_race|noignore_readdir_race|daystart)$/) {
        return sub { 1 }
    }
    return execution($word) if $word =~ /^-(exec|execdir)$/;
    my $make = FindPrimaries::named($word) // quit(1, "$word: unknown primary or operator");
    return $make->($word, value($word));
}

sub delete_entry {
    my ($e) = @_;
    return 1 if $e->{path} eq '.' || $e->{path} eq '..';
    quit(1, "-delete: $e->{path}: relative path potentially not safe") if $e->{path} =~ m{/\.\.?\z};
    return 1 if $e->{is_dir} ? rmdir $e->{path} : unlink $e->{path};
    print STDERR "find: -delete: " . ($e->{is_dir} ? 'rmdir' : 'unlink') . "($e->{path}): " . errtext() . "\n";
    $status = 1;
    return 0;
}

sub execution {
    my ($word) = @_;
    $found{action} = 1;
    my @command;
    while (@words) {
        my $next = shift @words;
        if ($next eq ';') {
            return sub {
                my $e = shift;
                return run_command(map { s/\{\}/$e->{path}/gr } @command);
            }
        }
        if ($next eq '+' && @command && $command[-1] eq '{}') {
            pop @command;
            my $batch = { command => [@command], paths => [] };
            push @batches, $batch;
            return sub { push @{ $batch->{paths} }, $_[0]{path}; flush($batch) if @{ $batch->{paths} } >= 5000; return 1 };
        }
        push @command, $next;
    }
    quit(1, "$word: no terminating \";\" or \"+\"");
}

sub run_command {
    my (@command) = @_;
    $| = 1;
    my $result = system { $command[0] } @command;
    if ($result == -1) { complain($command[0]); return 0 }
    return $result == 0;
}

sub flush {
    my ($batch) = @_;
    my @paths = splice @{ $batch->{paths} };
    return if !@paths;
    $status = 1 if !run_command(@{ $batch->{command} }, @paths);
    return;
}

# Runs what -exec … + has gathered.
sub finish { flush($_) for @batches; return }

1;
