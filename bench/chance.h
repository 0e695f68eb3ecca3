#pragma once

#include <span>

// Whether two sets of samples differ, by the medians: how often chance alone sets them as far apart as they are. Below
// 0.01 one speaks of a difference at the 99 % level; of pairs that do not differ, at most one in a hundred gets there.
// The rearrangements are seeded.
// Source: E. S. Edgington, "Randomization Tests", 1980. What was observed counts as one of the rearrangements, so that
// the promise holds for any number of them.
namespace voicestand::bench {

inline constexpr double kSignificance = 0.01;

// Thread: any. Of pairs taken side by side: within each, either might as well have been the other. As many of one as of
// the other, at least one.
[[nodiscard]] double chance_in_pairs(std::span<const double> one, std::span<const double> other);

// Thread: any. Of two runs: any block of either (bench/blocks.h) might as well have been in the other. At least one
// sample in each.
[[nodiscard]] double chance_between(std::span<const double> one, std::span<const double> other);

}  // namespace voicestand::bench
