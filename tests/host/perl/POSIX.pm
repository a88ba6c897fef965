# What the test host's programs need of POSIX: the compiled half of Perl's module. The other half, which says in Perl what C has,
# takes 10 ms to read, and a deploy calls hundreds of programs. It lies where Perl's own does, for there the compiled half is found.
package POSIX;
require XSLoader;
XSLoader::load('POSIX');
sub import { }

1;
