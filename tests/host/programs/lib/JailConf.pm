# jail.conf(5): the text of a configuration file as a list of blocks, each a name and its parameters in order.
package JailConf;
use strict;
use Exporter 'import';
use Bsd;
our @EXPORT = qw(read_jail_conf);

# Characters that need no quotes; $ * + / and \ stand alone.
my $PLAIN = qr{[A-Za-z0-9_!%&()\-.:<>?@\[\]^`|~]+};
my $ESCAPE = qr{\\(?:[0-7]{1,3}|x[0-9A-Fa-f]{1,2}|.)}s;
my %CONTROL = (a => "\a", b => "\b", f => "\f", n => "\n", r => "\r", t => "\t", v => "\013");

# Reads a file. Returns blocks {name, params}; a parameter is {name, values, append, variable}, a value a list of
# pieces, plain text or a reference to a variable's name. Complains and ends the program on a wrong file.
sub read_jail_conf {
    my ($path) = @_;
    my $text = $path eq '-' ? do { local $/; <STDIN> } : slurp($path);
    if (!defined $text) { complain($path); exit 1 }
    my $lexer = { file => $path eq '-' ? 'STDIN' : $path, wrong => 0 };
    $lexer->{tokens} = [tokens($lexer, $text)];
    my @blocks = blocks($lexer);
    exit 1 if $lexer->{wrong};
    return @blocks;
}

# Cuts the text into tokens {kind, line, text, pieces}: kind is 'word' or the character itself.
sub tokens {
    my ($lexer, $text) = @_;
    my @tokens;
    my $joined = 0;
    pos($text) = 0;
    while (pos($text) < length $text) {
        my $start = pos $text;
        if ($text =~ /\G(?:[ \t\r\n]+|#[^\n]*|\/\/[^\n]*|\/\*.*?\*\/)/gcs) { $joined = 0; next }
        my $line = 1 + (substr($text, 0, $start) =~ tr/\n//);
        if ($text =~ /\G(\+=|[,;={}])/gc) {
            push @tokens, { kind => $1, line => $line, text => $1 };
            $joined = 0;
            next;
        }
        my @pieces = word_pieces($lexer, \$text, $line);
        my $shown = substr $text, $start, pos($text) - $start;
        if ($joined && @pieces) { push @{ $tokens[-1]{pieces} }, @pieces }
        elsif (@pieces) { push @tokens, { kind => 'word', line => $line, text => $shown, pieces => \@pieces } }
        $joined = 1 if @pieces;
    }
    return @tokens;
}

# The pieces of one quoted or unquoted bit at the text's position; none when it is unfinished.
sub word_pieces {
    my ($lexer, $text, $line) = @_;
    return unescape($1) if $$text =~ /\G'((?:[^'\\]|\\.)*)'/gcs;
    return quoted_pieces($1) if $$text =~ /\G"((?:[^"\\]|\\.)*)"/gcs;
    return \"$1" if $$text =~ /\G\$([A-Za-z_]\w*)/gc;
    return \unescape($1) if $$text =~ /\G\$\{((?:[^\n{}\\]|\\.)*)\}/gcs;
    return unfinished($lexer, 'string', $line) if $$text =~ /\G(?:'(?:[^\n'\\]|\\.)*|"(?:[^\n"\\]|\\.)*)/gc;
    return unfinished($lexer, 'variable', $line) if $$text =~ /\G\$\{(?:[^\n{}\\]|\\.)*/gc;
    if ($$text =~ /\G\/\*.*/gcs) { my $end = $line + ($& =~ tr/\n//); return unfinished($lexer, 'comment', $end) }
    return unescape($1) if $$text =~ /\G($PLAIN|$ESCAPE|[\$*+\/\\])/gc;
    $$text =~ /\G(.)/gcs;
    return $1;
}

sub unfinished {
    my ($lexer, $what, $line) = @_;
    say_err("$lexer->{file} line $line: unterminated $what");
    $lexer->{wrong} = 1;
    return ();
}

# Inside double quotes variables are replaced, unless their $ is escaped.
sub quoted_pieces {
    my ($text) = @_;
    my @pieces = ('');
    while ($text =~ /\G(?:\$([A-Za-z_]\w*)|\$\{([^\n"{}]*)\}|($ESCAPE|[^\\\$]+|.))/gcs) {
        push @pieces, defined $3 ? unescape($3) : \"@{[ $1 // $2 ]}";
    }
    return @pieces;
}

sub unescape {
    my ($text) = @_;
    return $text =~ s{\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|(\n)|(.))}
        {defined $1 ? chr oct $1 : defined $2 ? chr hex $2 : defined $3 ? '' : $CONTROL{$4} // $4}gesr;
}

sub blocks {
    my ($lexer) = @_;
    my @blocks;
    my $common;
    while (@{ $lexer->{tokens} }) {
        my $name = expect($lexer, 'word');
        if (next_is($lexer, '{')) {
            push @blocks, { name => text_of($name), params => [block_params($lexer)] };
            next;
        }
        push @blocks, $common = { name => '*', params => [] } if !$common;
        push @{ $common->{params} }, parameter($lexer, $name);
        expect($lexer, ';');
    }
    return @blocks;
}

sub block_params {
    my ($lexer) = @_;
    my @params;
    until (next_is($lexer, '}')) {
        next if next_is($lexer, ';');
        push @params, parameter($lexer, expect($lexer, 'word'));
        next_is($lexer, '}') ? return @params : expect($lexer, ';');
    }
    return @params;
}

sub parameter {
    my ($lexer, $word) = @_;
    my $variable = ref $word->{pieces}[0] ? 1 : 0;
    my $name = $variable ? ${ $word->{pieces}[0] } : text_of($word);
    my $param = { name => $name, values => [], variable => $variable, append => 0 };
    my $append = next_is($lexer, '+=');
    return $param if !$append && !next_is($lexer, '=');
    $param->{append} = $append ? 1 : 0;
    do { push @{ $param->{values} }, expect($lexer, 'word')->{pieces} } while next_is($lexer, ',');
    return $param;
}

sub text_of { my ($word) = @_; return join '', map { ref ? "\$$$_" : $_ } @{ $word->{pieces} } }

sub next_is {
    my ($lexer, $kind) = @_;
    my $tokens = $lexer->{tokens};
    return @$tokens && $tokens->[0]{kind} eq $kind ? shift @$tokens : undef;
}

# The next token, which must be of this kind; else the complaint of FreeBSD's parser and the end.
sub expect {
    my ($lexer, $kind) = @_;
    my $token = next_is($lexer, $kind);
    return $token if $token;
    $token = $lexer->{tokens}[0];
    say_err($token ? "$lexer->{file} line $token->{line}: $token->{text}: syntax error" : "$lexer->{file}: unexpected EOF");
    exit 1;
}

1;
