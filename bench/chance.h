#pragma once

#include <span>

// Whether two sets of samples differ, by ranks: how often chance alone sets them as far apart as they are. Below 0.01
// one speaks of a difference at the 99 % level; of sets that do not differ, at most one in a hundred gets there. Ranks,
// for a few samples that are very slow count like any others, and every difference counts where samples hardly scatter.
// The rearrangements are seeded. Sources: F. Wilcoxon, "Individual Comparisons by Ranking Methods", 1945; E. S.
// Edgington, "Randomization Tests", 1980: what was observed counts as one of the rearrangements, so that the promise
// holds for any number of them.
namespace voicestand::bench {

inline constexpr double kSignificance = 0.01;

// Thread: any. Of two that took turns as interleave() has it, all times above 0: in each pair of rounds, either might
// as well have been drawn to go where the other went. That holds whatever the machine did meanwhile, for the draw was
// ours. As many of one as of the other, at least one.
[[nodiscard]] double chance_in_turns(std::span<const double> one, std::span<const double> other);

// Thread: any. Of two runs: any block of either (bench/blocks.h) might as well have been in the other. At least one
// sample in each.
[[nodiscard]] double chance_between(std::span<const double> one, std::span<const double> other);

}  // namespace voicestand::bench
