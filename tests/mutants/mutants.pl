#!/usr/bin/perl
# Changes one thing at a time in the modules where a mistake hurts somebody, builds the layer's suite and runs
# it: a suite that still passes has not looked there. In a copy of the project, so that nothing here changes.
#
# Usage: mutants.pl [COUNT [SEED [MODULE]]]     e.g. mutants.pl 40 7 core/cond.c
# Which mutations are tried hangs on the seed; it is printed. Look at each survivor: either a test is missing,
# or the change makes no difference that can be seen. Ends with 0: it judges no build.
use strict;
use warnings;

my ($count, $seed, $only) = @ARGV;
$count ||= 40;
$seed = defined $seed && $seed ne '' ? $seed : time;
srand $seed;

# Sealing and the frame, the letterbox, the rules, the sanitiser; and the suites that answer for each.
my %suite = (
    'record/frame.c'  => 'record',
    'store/deposit.c' => 'store',
    'core/assess.c'   => 'core',
    'core/cond.c'     => 'core',
    'base/text.c'     => 'base',
);
my %files_for = ('store' => 'build/mutant/foyer-deposit');
my %filter_for = ('store' => "--filter '{deposit,letterbox,db}/*'"); # the rest would take minutes
my $tree = 'build/mutants';
my @modules = grep { !$only || $_ eq $only } sort keys %suite;
@modules or die "No such module; one of: @{[sort keys %suite]}\n";

system('mkdir', '-p', $tree) == 0 or exit 1;
system("cp -r --preserve=timestamps Makefile src tests forms locale kiosk.conf $tree/") == 0 or exit 1;
chdir $tree or die "$tree: $!\n";
utime undef, undef, map { "src/$_" } keys %suite; # a run that was cut short left objects of a mutation
$ENV{TZ} = 'UTC';
$ENV{LANG} = 'C.UTF-8';

# What can be done to a line: [what it is called, the line afterwards].
sub changes
{
    my ($line) = @_;
    return () if $line =~ m{^\s*(?:/?\*|//|#|$)} || $line =~ /^\S/ || $line =~ /^\s*(?:static|case|default)\b/;
    my ($code) = split m{/\*}, $line;
    my @out;
    my @turns = (['<= ', '< '], [' < ', ' <= '], [' >= ', ' > '], [' > ', ' >= '], [' == ', ' != '],
                 [' != ', ' == '], [' && ', ' || '], [' || ', ' && '], [' + ', ' - '], [' - ', ' + ']);
    for my $turn (@turns) {
        my ($from, $to) = @$turn;
        for (my $at = index($code, $from); $at >= 0; $at = index($code, $from, $at + 1)) {
            my $new = $line;
            substr($new, $at, length $from) = $to;
            push @out, ["$from becomes$to", $new];
        }
    }
    while ($code =~ /(?<![\w."'%x\\])(\d+)(?![\w."'])/g) {
        my ($number, $at) = ($1, $-[1]);
        my $new = $line;
        substr($new, $at, length $number) = $number + 1;
        push @out, ["$number is one more", $new];
    }
    if ($code =~ /^(\s*)(?:\} else )?if \((.*)\) \{\s*$/) {
        (my $new = $line) =~ s/if \((.*)\) \{/if (!($1)) {/;
        push @out, ['the condition is turned round', $new];
    }
    if ($code =~ /^\s+(?!return|break|continue|goto|else)[a-z_][\w.>\[\]-]*(?:\(.*\)| [-+|&]?= .*);\s*$/
        || $code =~ /^\s+\(void\)\w+\(.*\);\s*$/) {
        (my $new = $line) =~ s/\S.*/;/s;
        push @out, ['the statement is left out', "$new\n"];
    }
    return @out;
}

sub passes
{
    my ($name) = @_;
    my ($files, $filter) = ($files_for{$name} // '', $filter_for{$name} // '');
    if (system("make -s FLAVOUR=mutant WARN=-w CFLAGS_mutant='-O1 -DFOYER_TEST_CLOCK' $files build/mutant/tests/$name"
               . ' >/dev/null 2>&1') != 0) {
        return 'does not build';
    }
    my $status = system("timeout -k 5 120 build/mutant/tests/$name --jobs 2 --fail-fast $filter >/dev/null 2>&1");
    return $status == 0 ? 'survived' : 'killed';
}

my @all;
for my $module (@modules) {
    open my $in, '<', "src/$module" or die "src/$module: $!\n";
    my @lines = <$in>;
    close $in;
    for my $i (0 .. $#lines) {
        push @all, map { { module => $module, line => $i, what => $_->[0], new => $_->[1] } } changes($lines[$i]);
    }
}
printf "%d mutations can be made; seed %s\n", scalar @all, $seed;
for my $name (sort { $a cmp $b } keys %{ { map { $suite{$_} => 1 } @modules } }) {
    passes($name) eq 'survived' or die "The suite $name does not pass as it is.\n";
}

my (%sum, $done);
$| = 1;
while (@all && ($done // 0) < $count) {
    my $m = splice @all, int rand @all, 1;
    my $path = "src/$m->{module}";
    open my $in, '<', $path or die "$path: $!\n";
    my @lines = <$in>;
    close $in;
    my $old = $lines[$m->{line}];
    my @changed = @lines;
    $changed[$m->{line}] = $m->{new};
    open my $out, '>', $path or die "$path: $!\n";
    print $out @changed;
    close $out;
    my $end = passes($suite{$m->{module}});
    open $out, '>', $path or die "$path: $!\n";
    print $out @lines;
    close $out;
    next if $end eq 'does not build';
    $done++;
    $sum{$m->{module}}{$end}++;
    if ($end eq 'survived') {
        $old =~ s/^\s+|\s+$//g;
        printf "survived: src/%s:%d: %s\n    %s\n", $m->{module}, $m->{line} + 1, $m->{what}, $old;
    }
}
print "\n";
for my $module (sort keys %sum) {
    my ($killed, $survived) = map { $sum{$module}{$_} // 0 } qw(killed survived);
    printf "%-16s %3d of %3d killed\n", $module, $killed, $killed + $survived;
}
