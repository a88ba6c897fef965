# Perl's own strict in a quarter of its text.
package strict;
my %bits_of = (refs => 0x2, subs => 0x200, vars => 0x400);
sub bits { my $bits = 0; $bits |= $bits_of{$_} for @_ ? @_ : keys %bits_of; return $bits }
sub import { shift; $^H |= 0xe0 | &bits; return }
sub unimport { shift; $^H = $^H & ~&bits | 0xe0; return }

1;
