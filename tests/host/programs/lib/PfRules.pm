# Reading pf.conf: kinds of statements, their enforced order, macros, and what is no statement at all.
package PfRules;
use strict;
use Bsd;
use Release;

# The order that pf enforces; tables, macros and anchors' own kinds have their place too.
my %RANK = (option => 1, normalization => 2, queueing => 3, translation => 4, filter => 5);

# Takes a configuration apart: the rules as [{kind, text}], then error lines as pfctl prints them.
sub parse {
    my ($text, $file, @given) = @_;
    my (%macro, @rules, @errors);
    for (@given) { $macro{$1} = $2 if /^(\w+)=(.*)$/ }
    my ($rank, $number) = (0, 0);
    my $pending = '';
    for my $line (split /\n/, $text) {
        $number++;
        $pending .= $line;
        next if $pending =~ s/\\$//;
        my $statement = $pending;
        $pending = '';
        $statement =~ s/#.*//;
        $statement =~ s/^\s+|\s+$//g;
        next if $statement eq '';
        if ($statement =~ /^(\w+)\s*=\s*"?(.*?)"?$/) { $macro{$1} = $2; next }
        my $missing;
        $statement =~ s/\$(\w+)/defined $macro{$1} ? $macro{$1} : do { $missing = $1; '' }/ge;

        if (defined $missing) {
            push @errors, "$file:$number: macro '$missing' not defined", "$file:$number: syntax error";
            next;
        }
        my $kind = kind_of($statement);
        if (!defined $kind) { push @errors, "$file:$number: syntax error"; next }
        if ($RANK{$kind} && $RANK{$kind} < $rank) {
            push @errors, "$file:$number: Rules must be in order: options, " . (since(15) ? 'ethernet, ' : '') . 'normalization, queueing, translation, filtering';
            next;
        }
        $rank = $RANK{$kind} if $RANK{$kind};
        push @rules, { kind => $kind, text => normal_form($statement) };
    }
    return (\@rules, @errors);
}

my $ADDRESS = qr/(?:!?\s*(?:any|all|no-route|self|<\w+>|\([\w.:]+\)|\{[^}]*\}|[\w.:\/-]+))/;
my $PORT = qr/\s+port\s+(?:\{[^}]*\}|[<>=!]*\s*[\w:]+)/;
my $HOSTS = qr/(?:\s+all|(?:\s+from(?:\s+(?!port\b)$ADDRESS)?$PORT?)?(?:\s+to(?:\s+(?!port\b)$ADDRESS)?$PORT?)?)/;
my $HEAD =
    qr/(?:\s+(?:in|out))?(?:\s+log(?:\s*\([^)]*\))?)?(?:\s+quick)?(?:\s+on\s+(?:!\s*)?(?:\{[^}]*\}|\w+))?(?:\s+(?:inet|inet6))?(?:\s+proto\s+(?:\{[^}]*\}|\w+))?/;

# The kind of a statement, or undef when it is none.
sub kind_of {
    my ($s) = @_;
    return 'option'
        if $s =~
        /^set\s+(skip\s+on|limit|timeout|optimization|block-policy|state-policy|debug|fingerprints|loginterface|require-order|ruleset-optimization|hostid|state-defaults)\s+\S/;
    return 'table' if $s =~ /^table\s+<\w+>/;
    return 'normalization' if $s =~ /^(no\s+)?scrub\b/ || $s =~ /^scrub-anchor\s/;
    return 'queueing' if $s =~ /^(altq|queue)\s+\S/;
    return 'translation' if $s =~ /^(nat|rdr|binat)-anchor\s+("[^"]*"|\S+)/;
    return 'translation' if $s =~ /^no\s+(nat|rdr|binat)$HEAD$HOSTS\s*$/;
    return 'translation' if $s =~ /^(nat|rdr|binat)(?:\s+pass(?:\s+log)?)?$HEAD$HOSTS\s*->\s*\S/;
    return 'filter'
        if $s =~
        /^(pass|block)(?:\s+(?:drop|return|return-rst|return-icmp))?$HEAD$HOSTS(?:\s+(?:port|user|group|flags|icmp-type|keep|modulate|synproxy|no|label|tag|tagged|fragment|allow-opts|tos|probability|max|queue|rtable|route-to|reply-to|dup-to)\b.*)?\s*$/;
    return 'filter' if $s =~ /^anchor\s+("[^"]*"|\S+)/ || $s =~ /^antispoof\s+\S/ || $s eq '}';
    return 'anchor' if $s =~ /^(load\s+anchor\s+\S+\s+from\s+\S+|include\s+\S+)/;
    return undef;
}

# How pfctl shows a rule again.
sub normal_form {
    my ($s) = @_;
    $s =~ s/\s+/ /g;
    $s =~ s/^(nat on \w+) (?!inet)(from)/$1 inet $2/;
    $s =~
        s/^pass( in| out)?( quick)?( on \S+)?( inet6?)?( proto \S+)?$/"pass" . ($1 \/\/ '') . ($2 \/\/ '') . ($3 \/\/ '') . ($4 \/\/ '') . ($5 \/\/ '') . ' all'/e;
    $s .= ' flags S/SA keep state' if $s =~ /^pass\b/ && $s !~ /\b(keep|modulate|no|synproxy) state|flags /;
    $s =~ s/-> \((\w+)\)$/-> ($1) round-robin/;
    return $s;
}

1;
