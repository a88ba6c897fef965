# The packages that are installed below a root, and the repository they come from.
package PkgStore;
use strict;
use Bsd;
use HttpGet;
use Release;

my $root = '';
my $repository = '';

sub set_root { ($root) = @_; $root =~ s{/+$}{}; return }
sub set_repository { ($repository) = @_; $repository = '' if $repository eq 'none'; return }
sub repository { return $repository }

# The repository's name: that of a file of the admin's, which gives its address, or FreeBSD's own.
sub name {
    my ($own) = map { /^\s*([\w-]+)\s*:\s*\{[^}]*url\s*:\s*"[^"]+"[^}]*enabled\s*:\s*yes/ ? $1 : () } map { slurp($_) // '' }
        glob '/usr/local/etc/pkg/repos/*.conf';
    return $own // (since(15) ? 'FreeBSD-ports' : 'FreeBSD');
}

sub version_of_pkg { return since(15) ? '2.8.99.1' : '1.20.9' }

# True when this root's copy of the catalogue is there already; it is from now on.
sub knows_catalogue {
    my $file = "$root/var/db/pkg/testhost-catalogue";
    return 1 if -e $file;
    make_folders("$root/var/db/pkg");
    spew($file, '');
    return 0;
}

sub folder { return "$root/var/db/pkg/testhost" }

# Names of the installed packages.
sub installed { opendir my $dir, folder() or return (); return grep { !/^\./ } readdir $dir }

# The record of an installed package: version, comment, files; undef when it is not installed.
sub record {
    my ($name) = @_;
    my $text = slurp(folder() . "/$name") // return undef;
    my %record = (files => []);
    for (split /\n/, $text) {
        my ($key, $value) = split / /, $_, 2;
        if ($key eq 'file') { push @{ $record{files} }, $value }
        else { $record{$key} = $value }
    }
    return \%record;
}

# A name server that this root could ask. In a jail 127.0.0.1 is the jail itself.
sub resolves {
    my $text = slurp("/etc/resolv.conf") // return 0;
    my @servers = $text =~ /^\s*nameserver\s+(\S+)/mg;
    @servers = grep { !/^127\./ } @servers if in_jail();
    return scalar @servers;
}

# {name => {name, version, depends, comment}}, or undef when the repository cannot be reached.
sub index_of_repository {
    return undef if $repository eq '' || !resolves();
    my $text = get("$repository/packages") // return undef;
    my %index;
    for (split /\n/, $text) {
        my ($name, $version, $depends, $comment) = split /\t/;
        $index{$name} = { name => $name, version => $version, depends => [grep { $_ ne '-' } split /,/, $depends], comment => $comment };
    }
    $index{pkg} = { name => 'pkg', version => version_of_pkg(), depends => [], comment => 'Package manager' };
    return \%index;
}

sub get {
    my ($url) = @_;
    my $answer = HttpGet::request($url, headers => {}, timeout => 30, follow => 1);
    return undef if $answer->{error};
    my $file = "/tmp/pkg-index.$$";
    open my $out, q{>}, $file or return undef;
    my ($got, $error) = HttpGet::body($answer, $out);
    close $out;
    my $text = slurp($file);
    unlink $file;
    return defined $error && length $error ? undef : $text;
}

# A package and what it depends on, dependencies first.
sub with_dependencies {
    my ($index, $name, $seen) = @_;
    $seen //= {};
    return () if $seen->{$name}++ || !$index->{$name};
    return ((map { with_dependencies($index, $_, $seen) } @{ $index->{$name}{depends} }), $index->{$name});
}

sub archive { my ($package) = @_; return "$root/var/cache/pkg/$package->{name}-$package->{version}.pkg" }

# Loads a package into the cache; an error text if that fails.
sub fetch {
    my ($package) = @_;
    make_folders("$root/var/cache/pkg");
    my $answer = HttpGet::request("$repository/$package->{name}-$package->{version}.pkg", headers => {}, timeout => 60, follow => 1);
    return $answer->{error} if $answer->{error};
    open my $out, '>', archive($package) or return errtext();
    binmode $out;
    my ($got, $error) = HttpGet::body($answer, $out);
    return $error if defined $error && length $error;
    close $out or return errtext();
    # pkg 2 keeps a second name for it, with a part of its checksum.
    link archive($package), archive($package) =~ s/\.pkg$/'~2$' . lc substr(crypt($package->{name}, 'ab') =~ tr{.\/}{}dr, 2, 8) . '.pkg'/er if since(15);
    return undef;
}

sub make_folders {
    my ($path) = @_;
    my $at = '';
    for my $part (grep { length } split m{/}, $path) { $at .= "/$part"; mkdir $at }
    return;
}

# Unpacks a fetched package and notes it as installed. The archive stays in the cache. The owner of a file is looked up
# where pkg runs, also when it works on another root: what is unknown there becomes root's
# (https://github.com/freebsd/pkg/issues/2714). tar does just so.
sub unpack_package {
    my ($package) = @_;
    my $archive = archive($package);
    my $target = $root eq '' ? '/' : $root;
    open my $list, '-|', '/libexec/testhost/bin/tar', '-tf', $archive or return 0;
    my @files = map { chomp; m{^(/usr/local/.*[^/])$} ? $1 : () } <$list>;
    my ($script) = grep { $_ eq "/usr/local/libexec/testhost/install/$package->{name}" } @files;
    run_install_script($archive, $script) if defined $script;
    return 0 if system('/bin/sh', '-c', 'exec /libexec/testhost/bin/tar -xpf "$1" -C "$2" 2>/dev/null', 'sh', $archive, $target) != 0;
    for my $file (@files) {
        my $plain = $file =~ s{(/etc/.*)\.sample$}{$1}r;
        next if $plain eq $file || -e "$root$plain";
        spew("$root$plain", slurp("$root$file"));
    }
    make_folders(folder());
    return spew(folder() . "/$package->{name}", join '', "version $package->{version}\n", "comment $package->{comment}\n", map { "file $_\n" } @files);
}

# The script of a package before its files are there: makes users, mostly.
sub run_install_script {
    my ($archive, $script) = @_;
    open my $text, '-|', '/libexec/testhost/bin/tar', '-xOf', $archive, $script or return;
    local $ENV{PKG_ROOTDIR} = $root;
    system '/bin/sh', '-c', join '', <$text>;
    return;
}

# Takes a package's files away; a changed sample stays, as any file of the admin's.
sub remove {
    my ($name) = @_;
    my $record = record($name);
    unlink map { "$root$_" } @{ $record->{files} };
    unlink folder() . "/$name";
    return;
}

# The bootstrap: pkg's own program under /usr/local.
sub install_itself {
    make_folders('/usr/local/sbin');
    system '/libexec/testhost/bin/gnu-cp', '/usr/sbin/pkg', '/usr/local/sbin/pkg';
    make_folders('/var/db/pkg/testhost');
    return spew('/var/db/pkg/testhost/pkg', "version " . version_of_pkg() . "\ncomment Package manager\nfile /usr/local/sbin/pkg\n");
}

1;
