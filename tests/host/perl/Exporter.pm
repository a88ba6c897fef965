# Exports functions by their names: all of @EXPORT, or those that are asked for. Nobody here exports anything else.
package Exporter;

sub import {
    my ($package, @names) = @_;
    my $caller = caller;
    if ($package eq 'Exporter') { *{"${caller}::import"} = \&import; return }
    *{"${caller}::$_"} = \&{"${package}::$_"} for @names ? @names : @{"${package}::EXPORT"};
    return;
}

1;
