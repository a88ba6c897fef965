# What FreeBSD's kernel does about jails: refuse or make one, signal its processes, remove it.
package JailKernel;
use strict;
use Exporter 'import';
use Cwd ();
use POSIX ();
use Bsd;
use Jail;
use JailConfig;
use JailParams;
our @EXPORT = qw(create_jail settle remove_jail term_processes change_jail);

use constant WILL_ATTACH => qw(exec.start command exec.poststart);

# Makes the jail of a configuration; undef after a complaint when it cannot be.
sub create_jail {
    my ($config) = @_;
    my $path = value_of($config, 'path') // '/';
    if (defined $config->{name} && $path !~ m{^/}) { warn_jail($config, "path $path: not an absolute pathname"); return }
    if (!-e $path) { warn_jail($config, "path $path: " . errtext()); return }
    if (!-d _) { warn_jail($config, "path $path: Not a directory"); return }
    if ($> != 0 || my_jid()) { warn_jail($config, 'jail_set: Operation not permitted'); return }
    return with_jail_lock(sub { make($config, Cwd::realpath($path)) });
}

sub make {
    my ($config, $path) = @_;
    my $name = value_of($config, 'name');
    my $why = refusal($config, $name);
    if ($why) { warn_jail($config, $why); return }
    my $jail = { path => $path, jid => number_of($config, 'jid') // next_jid() };
    $jail->{name} = $name // $jail->{jid};
    $jail->{'host.hostname'} = value_of($config, 'host.hostname') // (POSIX::uname())[1];
    $jail->{'ip4.addr'} = join ',', values_of($config, 'ip4.addr');
    copy_params($config, $jail);
    $jail->{starting} = 1 if !$jail->{persist};
    if (!start_holder($jail)) { warn_jail($config, 'jail_set: ' . errtext()); return }
    save_jail($jail);
    return $jail;
}

sub copy_params {
    my ($config, $jail) = @_;
    for my $name (grep { is_known($_) && !is_internal($_) && !defined $jail->{$_} } keys %{ $config->{params} }) {
        my $kind = kind_of($name);
        $jail->{$name} = $kind eq 'bool' ? truth_of($config, $name)
            : $kind eq 'jailsys' && $config->{params}{$name}{negated} ? 'disable' : value_of($config, $name) // 'new';
    }
    return;
}

# Why the kernel would not make this jail, or nothing.
sub refusal {
    my ($config, $name) = @_;
    my @jails = jails();
    return "jail \"$1\" not found" if defined $name && $name =~ /^(.*)\.[^.]*$/ && !find_jail($1, @jails);
    my $numeric = defined $name && $name =~ /^\d+$/ && $name ne (value_of($config, 'jid') // '');
    return 'name cannot be numeric (unless it is the jid)' if $numeric;
    return "\"$name\" already exists" if defined $name && @jails && find_jail($name, @jails);
    return 'new jail must persist or attach' if !truth_of($config, 'persist') && !grep { values_of($config, $_) } WILL_ATTACH;
    return 'IPv4 addresses clash' if clashes([values_of($config, 'ip4.addr')], @jails);
    return;
}

# Two jails may share their only address; any other overlap is refused.
sub clashes {
    my ($wanted, @jails) = @_;
    for my $jail (@jails) {
        my @taken = split /,/, $jail->{'ip4.addr'} // '';
        next if @taken <= 1 && @$wanted <= 1;
        for my $address (@$wanted) { return 1 if grep { $_ eq $address } @taken }
    }
    return 0;
}

# From now on a jail without persist lives only as long as its processes.
sub settle {
    my ($jail) = @_;
    return if !delete $jail->{starting};
    my ($now) = grep { $_->{jid} == $jail->{jid} } jails();
    $jail->{'host.hostname'} = $now->{'host.hostname'} if $now;
    save_jail($jail);
    jails();
    return;
}

# Changes parameters of a running jail (jail -m).
sub change_jail {
    my ($config, $jail) = @_;
    delete $jail->{$_} for grep { $_ ne 'name' && $_ ne 'path' && $_ ne 'jid' } keys %{ $config->{params} };
    copy_params($config, $jail);
    save_jail($jail);
    return 1;
}

sub remove_jail {
    my ($jail) = @_;
    for (1 .. 500) {
        my @pids = members($jail) or last;
        kill 'KILL', @pids;
        pause(0.01);
    }
    forget_jail($jail);
    waitpid $jail->{holder}, 0;
    for (1 .. 500) { last if !-e "/proc/$jail->{holder}/exe" || !readlink "/proc/$jail->{holder}/exe"; pause(0.002) }
    return;
}

# SIGTERM to all processes of the jail, then up to so many seconds of patience.
sub term_processes {
    my ($jail, $seconds) = @_;
    my @pids = members($jail) or return;
    kill 'TERM', @pids;
    my $end = time + $seconds;
    my %asked = map { ($_ => 1) } @pids;
    while (time < $end) {
        last if !grep { $asked{$_} } members($jail);
        pause(0.01);
    }
    return;
}

sub pause { select undef, undef, undef, $_[0]; return }

1;
