# The files of rc.conf(5): reading them as sh does, and changing one line of them.
package RcConf;
use strict;
use Exporter 'import';
use Bsd;
use Release;
our @EXPORT = qw(rc_files rc_value rc_home rc_set rc_delete rc_has_errors DEFAULTS);

use constant DEFAULTS => '/etc/defaults/rc.conf';
my $MARK = "\001";

# The files that count, as rc_conf_files says.
sub rc_files {
    my $text = shell('', 'printf %s "$rc_conf_files"');
    return split ' ', length $text ? $text : '/etc/rc.conf /etc/rc.conf.local';
}

# Runs sh over the defaults and the files and returns what the script prints then.
sub shell {
    my ($files, $script) = @_;
    my $text = join '', '[ -r ' . DEFAULTS . ' ] && . ' . DEFAULTS . " >/dev/null 2>&1\n",
        map { my $file = quoted($_); "[ -r $file ] && . $file >/dev/null 2>&1\n" } split /\n/, $files;
    my $pid = open my $out, '-|';
    return '' if !defined $pid;
    if (!$pid) {
        %ENV = (PATH => '/sbin:/bin:/usr/sbin:/usr/bin', HOME => '/');
        open STDERR, '>', '/dev/null';
        exec '/bin/sh', '-c', "$text$script";
        exit 127;
    }
    local $/;
    my $result = <$out> // '';
    close $out;
    return $result;
}

sub quoted { my ($word) = @_; $word =~ s/'/'\\''/g; return $word =~ m{/} ? "'$word'" : "'./$word'" }

# A variable's value, '' when its name is none sh could have set, undef when it is not set.
sub rc_value {
    my ($name, @files) = @_;
    return '' if $name !~ /^[A-Za-z_]\w*$/;
    my $text = shell(join("\n", @files), "[ \"\${$name+set}\" ] && printf '%s' \"=\$$name\"");
    return $text =~ s/^=// ? $text : undef;
}

sub line_of { my ($name) = @_; return qr{^[ \t]*(?:export[ \t]+)?\Q$name\E=}m }

# The last file that sets the variable; the defaults come last in question.
sub rc_home {
    my ($name, @files) = @_;
    my $line = line_of($name);
    for my $file (reverse(@files), DEFAULTS) { return $file if (slurp($file) // '') =~ /$line/m }
    return undef;
}

# Sets the variable where it is set, or at the end of the first file; false with $! set when that cannot be written.
sub rc_set {
    my ($name, $value, @files) = @_;
    my $file = rc_home($name, @files);
    $file = $files[0] if !defined $file || $file eq DEFAULTS;
    my $text = slurp($file) // '';
    my $new = $name . '="' . ($value =~ s/"/\\"/gr) . '"';
    my $line = line_of($name);
    my $assigned = qr/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s#;]*)/s;
    my @found = $text =~ /$line/mg;
    return append($file, $text, "$new\n") if !@found;
    my $count = @found;
    $text =~ s/($line)$assigned/--$count ? $& : ($1 =~ s{\Q$name\E=$}{}r) . $new/gme;
    return rewrite($file, $text);
}

sub rc_delete {
    my ($name, @files) = @_;
    my $line = line_of($name);
    my $good = 1;
    for my $file (@files) {
        my $text = slurp($file) // next;
        next if $text !~ /$line/m;
        $text =~ s/$line(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\n])*\n?//gms;
        $good &&= rewrite($file, $text);
    }
    return $good;
}

# A last line without an end is joined to what comes, before 14.
sub append {
    my ($file, $text, $new) = @_;
    open my $out, '>>', $file or return 0;
    print {$out} length $text && $text !~ /\n\z/ && since(14) ? "\n$new" : $new;
    return close $out;
}

# By a temporary file with the mode and owner of the other, and mv.
sub rewrite {
    my ($file, $text) = @_;
    my ($mode, $user, $group) = (stat $file)[2, 4, 5];
    my $beside = ($ENV{TMPDIR} // '/tmp') . "/sysrc.$$";
    open my $out, '>', $beside or return 0;
    print {$out} $text;
    close $out or return 0;
    chmod $mode & 07777, $beside;
    chown $user, $group, $beside;
    return system('/bin/mv', $beside, $file) == 0;
}

# True when sh cannot read one of the files; it says why itself.
sub rc_has_errors {
    my (@files) = @_;
    return grep { -e $_ && system('/bin/sh', '-n', $_) != 0 } @files;
}

1;
