# The steps of jail(8) to make and to remove a jail, in its order, and to take back a half-made one.
package JailSteps;
use strict;
use Exporter 'import';
use Bsd;
use Jail;
use JailCommand;
use JailConfig;
use JailKernel;
our @EXPORT = qw(start_jail stop_jail);

my @START = qw(exec.prepare ip4 mount fstab mount.devfs mount.fdescfs mount.procfs exec.prestart create exec.created
    exec.start command exec.poststart);
my @STOP = qw(exec.prestop exec.stop term remove exec.poststop mount.procfs mount.fdescfs mount.devfs fstab mount ip4
    exec.release);

# Makes the jail; on a failure undoes in reverse what was done, except for commands of the user's.
sub start_jail {
    my ($config, $quiet, $verbose) = @_;
    my $run = { config => $config, quiet => $quiet, verbose => $verbose, down => 0 };
    my @done;
    for my $action (map { actions($run, $_) } @START) {
        if (act($run, $action)) { push @done, $action; next }
        $run->{down} = 1;
        act($run, $_) for map { undoing($_) } reverse @done;
        return 0;
    }
    settle($run->{jail});
    return $run->{jail};
}

# Removes the jail; the first failure ends it there.
sub stop_jail {
    my ($config, $jail, $note, $verbose) = @_;
    my $run = { config => $config, jail => $jail, quiet => !$note, verbose => $verbose, down => 1 };
    for my $action (map { actions($run, $_) } @STOP) {
        act($run, $action) or return 0;
    }
    return 1;
}

# The single things to do for a step, each {step, text}.
sub actions {
    my ($run, $step) = @_;
    my $config = $run->{config};
    my @texts = $step =~ /^(?:create|remove|term)$/ ? ('')
        : $step eq 'ip4' ? @{ $config->{'ip4.interfaces'} // [] }
        : $step eq 'fstab' ? @{ $config->{fstab} // [] }
        : $step =~ /^mount\./ ? (truth_of($config, $step) ? ('') : ())
        : $step eq 'command' && !defined $config->{name} ? (values_of($config, $step) ? ([values_of($config, $step)]) : ())
        : grep { length } values_of($config, $step);
    @texts = reverse @texts if $run->{down} && $step =~ /^(?:ip4|fstab|mount)$/;
    return map { { step => $step, text => $_ } } @texts;
}

# The opposite of an action: nothing for the user's commands, removal for creation.
sub undoing {
    my ($action) = @_;
    return () if $action->{step} =~ /^(?:exec\.|command$)/;
    return { step => 'remove', text => '' } if $action->{step} eq 'create';
    return $action;
}

sub act {
    my ($run, $action) = @_;
    my ($step, $text) = @$action{qw(step text)};
    return create($run) if $step eq 'create';
    return remove($run) if $step eq 'remove';
    return terminate($run) if $step eq 'term';
    my $argv = $step eq 'ip4' ? address_command($run, $text)
        : $step =~ /^(?:mount|fstab)$/ ? mount_command($run, $step, $text)
        : $step =~ /^mount\./ ? special_mount_command($run, $step)
        : ref $text ? $text : shell_words($text);
    return 0 if !$argv;
    return 1 if !@$argv;
    return run_command($run, $step, $argv);
}

sub create {
    my ($run) = @_;
    $run->{jail} = create_jail($run->{config}) or return 0;
    print "$run->{config}{name}: created\n" if defined $run->{config}{name} && !$run->{quiet};
    return 1;
}

sub remove {
    my ($run) = @_;
    remove_jail($run->{jail});
    my $name = $run->{config}{name};
    print "$name: removed\n" if defined $name && !$run->{quiet};
    return 1;
}

sub terminate {
    my ($run) = @_;
    my $seconds = number_of($run->{config}, 'stop.timeout') // 10;
    term_processes($run->{jail}, $seconds) if $seconds > 0;
    return 1;
}

1;
