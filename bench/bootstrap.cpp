#include "bench/bootstrap.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "bench/blocks.h"
#include "bench/regression.h"

namespace voicestand::bench {
namespace {

constexpr std::size_t kDraws = 2'000;
constexpr std::uint64_t kSeed = 20'260'101;

// `statistic(places)` of many draws of `count` places below `end`; their middle 95 %.
template <typename Statistic>
Interval percentile_interval(std::size_t count, std::size_t end, Statistic statistic) {
  std::mt19937_64 random(kSeed);
  std::vector<std::size_t> places(count);
  std::vector<double> outcomes(kDraws);
  for (double& outcome : outcomes) {
    for (std::size_t& place : places) place = random() % end;
    outcome = statistic(places);
  }
  std::ranges::sort(outcomes);
  return {.low = quantile(outcomes, 0.025), .high = quantile(outcomes, 0.975)};
}

template <typename Statistic>
Interval percentile_interval(std::size_t count, Statistic statistic) {
  return percentile_interval(count, count, statistic);
}

}  // namespace

Interval median_interval(std::span<const double> samples) {
  std::vector<double> drawn(samples.size());
  return percentile_interval(samples.size(), [&](const std::vector<std::size_t>& places) {
    for (std::size_t i = 0; i < places.size(); ++i) drawn[i] = samples[places[i]];
    return rearranging_median(drawn);
  });
}

Interval mean_interval(std::span<const double> samples) {
  return percentile_interval(samples.size(), [&](const std::vector<std::size_t>& places) {
    double sum = 0;
    for (const std::size_t place : places) sum += samples[place];
    return sum / static_cast<double>(places.size());
  });
}

Interval quantile_interval(std::span<const double> samples, double p) {
  std::vector<double> drawn(samples.size());
  return percentile_interval(samples.size(), [&](const std::vector<std::size_t>& places) {
    for (std::size_t i = 0; i < places.size(); ++i) drawn[i] = samples[places[i]];
    std::ranges::sort(drawn);
    return quantile(drawn, p);
  });
}

Estimate slope_estimate(std::span<const Turn> turns) {
  std::vector<Turn> drawn(turns.size());
  const Interval interval = percentile_interval(turns.size(), [&](const std::vector<std::size_t>& places) {
    for (std::size_t i = 0; i < places.size(); ++i) drawn[i] = turns[places[i]];
    return slope_of(drawn);
  });
  return {.value = slope_of(turns), .ci95 = interval};
}

Estimate ratio_of_medians(std::span<const double> above, std::span<const double> below) {
  std::vector<double> drawn_above(above.size());
  std::vector<double> drawn_below(above.size());
  const Interval interval = percentile_interval(above.size(), [&](const std::vector<std::size_t>& places) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      drawn_above[i] = above[places[i]];
      drawn_below[i] = below[places[i]];
    }
    return rearranging_median(drawn_above) / rearranging_median(drawn_below);
  });
  return {.value = median(above) / median(below), .ci95 = interval};
}

Estimate change_of_medians(std::span<const double> now, std::span<const double> before) {
  const Blocks blocks_now(now);
  const Blocks blocks_before(before);
  std::vector<double> drawn_now;
  std::vector<double> drawn_before;
  // Places up to the first run's number of blocks are the first run's, the rest the second's.
  const auto change = [&](const std::vector<std::size_t>& places) {
    drawn_now.clear();
    drawn_before.clear();
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (i < blocks_now.count()) {
        append(drawn_now, blocks_now.at(places[i] % blocks_now.count()));
      } else {
        append(drawn_before, blocks_before.at(places[i] % blocks_before.count()));
      }
    }
    return rearranging_median(drawn_now) / rearranging_median(drawn_before) - 1;
  };
  // A common multiple, so that the remainders are as even as the places.
  const Interval interval = percentile_interval(blocks_now.count() + blocks_before.count(),
                                                std::lcm(blocks_now.count(), blocks_before.count()), change);
  return {.value = median(now) / median(before) - 1, .ci95 = interval};
}

}  // namespace voicestand::bench
