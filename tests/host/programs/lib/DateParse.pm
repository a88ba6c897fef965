# Reading and moving dates, as date(1) does with -f and -v.
package DateParse;
use strict;
use POSIX ();

my @MONTH = qw(jan feb mar apr may jun jul aug sep oct nov dec);
my @DAY = qw(sun mon tue wed thu fri sat);
my %NUMBER =
    (Y => '\d{4}', y => '\d\d', m => '\d\d?', d => '\d\d?', e => '\s*\d\d?', H => '\d\d?', M => '\d\d?', S => '\d\d?',
    j => '\d{1,3}', s => '-?\d+');
my %SHORT = ('%T' => '%H:%M:%S', '%F' => '%Y-%m-%d', '%R' => '%H:%M', '%D' => '%m/%d/%y');

# The time a text means under a strptime(3) format; what it does not name is taken from now.
sub parse {
    my ($text, $format, $now) = @_;
    $format =~ s/(%[TFRD])/$SHORT{$1}/g;
    my @want;
    my $pattern = '';
    while ($format =~ /\G(?:%(.)|(.))/gs) {
        my ($letter, $plain) = ($1, $2);
        if (!defined $letter) { $pattern .= $plain =~ /\s/ ? '\s*' : quotemeta $plain; next }
        my $piece = piece($letter) // return undef;
        $pattern .= $piece;
        push @want, $letter if $letter !~ /[%nt]/;
    }
    my @got = $text =~ /^$pattern/i or return undef;
    warn "Ignoring trailing characters: " . substr($text, $+[0]) . "\n" if $+[0] < length $text;
    my %value;
    @value{@want} = @got;
    return assemble(\%value, $now);
}

sub piece {
    my ($letter) = @_;
    return '%' if $letter eq '%';
    return '\s*' if $letter =~ /[nt]/;
    return "($NUMBER{$letter})" if $NUMBER{$letter};
    return '(' . join('|', @MONTH) . ')[a-z]*' if $letter =~ /[bBh]/;
    return '((?:' . join('|', @DAY) . ')[a-z]*)' if $letter =~ /[aA]/;
    return '([-+]\d{4})' if $letter eq 'z';
    return '([A-Z]+)' if $letter eq 'Z';
    return undef;
}

sub assemble {
    my ($v, $now) = @_;
    return $v->{s} if defined $v->{s};
    my @at = localtime $now;
    $at[5] = $v->{Y} - 1900 if defined $v->{Y};
    $at[5] = $v->{y} < 69 ? $v->{y} + 100 : $v->{y} if defined $v->{y};
    $at[4] = $v->{m} - 1 if defined $v->{m};
    for my $name (grep { defined } @$v{qw(b B h)}) {
        ($at[4]) = grep { $MONTH[$_] eq lc $name } 0 .. 11;
    }
    $at[3] = $v->{d} // $v->{e} // $at[3];
    $at[2] = $v->{H} if defined $v->{H};
    $at[1] = $v->{M} if defined $v->{M};
    $at[0] = $v->{S} if defined $v->{S};
    return undef if $at[4] > 11 || $at[4] < 0 || $at[3] < 1 || $at[3] > 31 || $at[2] > 23 || $at[1] > 59 || $at[0] > 61;
    return zoned(\@at, $v) if defined $v->{z} || ($v->{Z} // '') =~ /^(UTC|GMT)$/;
    return POSIX::mktime(@at[0 .. 5], 0, 0, -1);
}

sub zoned {
    my ($at, $v) = @_;
    my $old = $ENV{TZ};
    $ENV{TZ} = 'UTC';
    POSIX::tzset();
    my $when = POSIX::mktime(@$at[0 .. 5]);
    defined $old ? $ENV{TZ} = $old : delete $ENV{TZ};
    POSIX::tzset();
    if (my ($sign, $h, $m) = ($v->{z} // '') =~ /([-+])(\d\d)(\d\d)/) { $when -= ($sign . 1) * ($h * 3600 + $m * 60) }
    return $when;
}

# [[[[[cc]yy]mm]dd]HH]MM[.ss]
sub parse_digits {
    my ($text, $now) = @_;
    my ($digits, $seconds) = $text =~ /^(\d{2,12})(?:\.(\d\d))?$/ or return undef;
    return undef if length($digits) % 2;
    my @pairs = $digits =~ /(\d\d)/g;
    my %v = (M => pop @pairs, S => $seconds // 0);
    $v{H} = pop @pairs if @pairs;
    $v{d} = pop @pairs if @pairs;
    $v{m} = pop @pairs if @pairs;
    if (@pairs == 2) { $v{Y} = join '', @pairs }
    elsif (@pairs) { $v{y} = $pairs[0] }
    return assemble(\%v, $now);
}

# One -v: [+-]VALUE[ymwdHMS].
sub adjust {
    my ($now, $text) = @_;
    my ($sign, $value, $unit) = $text =~ /^([-+]?)(\d+)([ymwdHMS])$/ or return undef;
    my @at = localtime $now;
    my %index = (S => 0, M => 1, H => 2, d => 3, w => 3, m => 4, y => 5);
    $value *= 7 if $unit eq 'w';
    if ($sign) { $at[$index{$unit}] += "${sign}1" * $value }
    else { $at[$index{$unit}] = $unit eq 'm' ? $value - 1 : $unit eq 'y' && $value > 1900 ? $value - 1900 : $value }
    clip_day(\@at) if $sign && $unit =~ /[my]/;
    return POSIX::mktime(@at[0 .. 5], 0, 0, -1);
}

# A month later than 31 January is the last of February.
sub clip_day {
    my ($at) = @_;
    my $months = $at->[5] * 12 + $at->[4];
    my ($year, $month) = (POSIX::floor($months / 12), $months % 12);
    my @days = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);
    my $full = $year + 1900;
    $days[1] = 29 if $full % 4 == 0 && ($full % 100 || $full % 400 == 0);
    @$at[4, 5] = ($month, $year);
    $at->[3] = $days[$month] if $at->[3] > $days[$month];
    return;
}

1;
