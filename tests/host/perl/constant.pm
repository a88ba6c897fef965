# Constants of one value or several, by name or as a hash.
package constant;

sub import {
    my ($package, $name, @values) = @_;
    my $caller = caller;
    my %value_of = ref $name ? %$name : @values == 1 ? ($name => $values[0]) : ();
    for my $each (keys %value_of) { my $value = $value_of{$each}; *{"${caller}::$each"} = sub () { $value } }
    *{"${caller}::$name"} = sub () { @values } if @values > 1;
    return;
}

1;
