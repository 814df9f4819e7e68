#!/usr/bin/perl
# Sums what gcov counted under a build folder: lines for each layer, and for the modules named below every
# branch that no test took. Ends with 1 if fewer than 90 of 100 lines ran, or if such a branch is left.
#
# A branch that nothing can take is better deleted. Where it must stay, a comment on its line, or on the line
# before, says why:    /* no test: REASON */    Such a mark where every branch was taken is a mistake too.
#
# Usage: coverage.pl build/cover
use strict;
use warnings;

my $build = shift or die "Usage: coverage.pl BUILD-FOLDER\n";
my $least = 90;
# Where a branch too many hurts somebody: the frame and its sealing, the letterbox, the rules, the sanitiser.
my %each_branch = map { $_ => 1 } qw(record/frame.c store/deposit.c core/assess.c core/cond.c base/text.c
                                       base/text_wrap.c);
my (%ran, %lines, %branches, %taken, %excused, @missed, @idle);

chomp(my @objects = `find $build -name '*.gcno' -not -path '*/tests/*'`);
for my $notes (sort @objects) {
    my ($source) = $notes =~ m{^\Q$build\E/(.*)\.gcno$} or next;
    my $name = "$source.c";
    next unless -e "src/$name";
    my $layer = $name =~ m{^(\w+)/} ? $1 : 'programs';
    my ($line, $text) = (0, '');
    # -t prints; -b with branches, -c as counts.
    open my $gcov, '-|', "gcov -t -b -c '$notes' 2>/dev/null" or die "gcov: $!\n";
    my $here = 0;
    my %reason = $each_branch{$name} ? reasons("src/$name") : ();
    while (<$gcov>) {
        if (/^\s*-:\s*0:Source:(.*)$/) {
            $here = $1 eq "src/$name"; # not the headers
        } elsif ($here && /^\s*(#####|=====|-|[\d.]+[kMG]?\*?):\s*(\d+):(.*)$/) {
            ($line, $text) = ($2, $3);
            next if $1 eq '-';
            $lines{$layer}++;
            $ran{$layer}++ if $1 !~ /^[#=]/;
        } elsif ($here && $each_branch{$name} && /^branch\s+(\d+) (?:taken (\d+)|never executed)/) {
            $branches{$name}++;
            if ($2) {
                $taken{$name}++;
            } elsif (my ($mark) = grep { exists $reason{$_} } $line, $line - 1) {
                $excused{$name}++;
                $reason{$mark} = 1;
            } else {
                push @missed, "src/$name:$line: $text";
            }
        }
    }
    close $gcov;
    push @idle, map { "src/$name:$_" } grep { !$reason{$_} } sort { $a <=> $b } keys %reason;
}

# The lines that bear a mark, none of them used yet.
sub reasons {
    open my $file, '<', shift or die "$!\n";
    my %reason;
    while (<$file>) {
        $reason{$.} = 0 if m{/\* no test: \S};
    }
    return %reason;
}

my ($all, $good) = (0, 0);
printf "%-10s %7s %7s\n", 'layer', 'lines', 'ran %';
for my $layer (sort keys %lines) {
    $all += $lines{$layer};
    $good += $ran{$layer} // 0;
    printf "%-10s %7d %7.1f\n", $layer, $lines{$layer}, 100 * ($ran{$layer} // 0) / $lines{$layer};
}
die "Nothing was counted under $build.\n" unless $all;
my $share = 100 * $good / $all;
printf "%-10s %7d %7.1f   at least %d\n", 'all', $all, $share, $least;
print "\nBranches no test took (a line once for each):\n", map { "$_\n" } @missed if @missed;
print "\nMarked \"no test\", but tested:\n", map { "$_\n" } @idle if @idle;
print "\n";
for (sort keys %branches) {
    my $marked = $excused{$_} ? ", $excused{$_} cannot be taken" : '';
    printf "%-18s %d of %d branches%s\n", $_, $taken{$_} // 0, $branches{$_}, $marked;
}
exit($share < $least || @missed || @idle);
