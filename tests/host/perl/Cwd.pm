# The compiled half of Perl's module, as with POSIX.pm.
package Cwd;
require XSLoader;
XSLoader::load('Cwd');
*realpath = \&abs_path;

1;
