#pragma once

#include <span>

#include "bench/statistics.h"
#include "bench/turn.h"

// Intervals without an assumption about how samples are distributed: they are drawn again from themselves, with
// replacement, and what the statistic does meanwhile is its uncertainty. The draws are seeded: the same samples always
// have the same interval.
// Source: B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993, the percentile interval.
namespace voicestand::bench {

struct Estimate {
  double value = 0;
  Interval ci95;
};

// Thread: any. 95 % interval of the median. At least one sample; of one alone the interval is the sample.
[[nodiscard]] Interval median_interval(std::span<const double> samples);

// Thread: any. Likewise of the mean.
[[nodiscard]] Interval mean_interval(std::span<const double> samples);

// Thread: any. Likewise of the value that a share `p` of the samples does not exceed. It never reaches beyond the
// samples: of few of them, the interval of a high share ends at the greatest.
[[nodiscard]] Interval quantile_interval(std::span<const double> samples, double p);

// Thread: any. Seconds an iteration as a slope (bench/regression.h), with its 95 % interval. At least one turn.
[[nodiscard]] Estimate slope_estimate(std::span<const Turn> turns);

// Thread: any. The ratio of the medians, `above` / `below`, with its 95 % interval. The samples are pairs that were
// taken side by side and are drawn together, so that what slowed down both does not count. As many of one as of the
// other, at least one.
[[nodiscard]] Estimate ratio_of_medians(std::span<const double> above, std::span<const double> below);

// Thread: any. How much more the median of `now` is than that of `before`, as a share of the latter, with its 95 %
// interval. Two runs of which nothing is paired; each is drawn in blocks of neighbours (bench/blocks.h), for what
// lasts for several turns is one accident and not many. At least one of each, and a median of `before` other than 0.
[[nodiscard]] Estimate change_of_medians(std::span<const double> now, std::span<const double> before);

}  // namespace voicestand::bench
