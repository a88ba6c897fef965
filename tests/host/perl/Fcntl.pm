# The compiled half of Perl's module, as with POSIX.pm, and its names by themselves or by `:flock` and `:mode`.
package Fcntl;
require XSLoader;
XSLoader::load('Fcntl');

my %names_of = (
    ':flock' => [qw(LOCK_SH LOCK_EX LOCK_NB LOCK_UN)],
    ':mode' => [qw(S_IFMT S_IFREG S_IFDIR S_IFLNK S_IFCHR S_IFBLK S_IFIFO S_IFSOCK S_ISREG S_ISDIR S_ISLNK S_ISCHR S_ISBLK S_ISFIFO S_ISSOCK
        S_IMODE)],
);

sub import {
    my ($package, @wanted) = @_;
    my $caller = caller;
    for my $name (map { $names_of{$_} ? @{ $names_of{$_} } : $_ } @wanted) { *{"${caller}::$name"} = \&{"Fcntl::$name"} }
    return;
}

1;
