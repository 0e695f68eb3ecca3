#include "bench/bootstrap.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace voicestand::bench {
namespace {

constexpr std::size_t kDraws = 2'000;
constexpr std::uint64_t kSeed = 20'260'101;

// As statistics.h has it, but rearranges what it is given.
double median_of(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

// `statistic(places)` of many draws of `count` places; their middle 95 %.
template <typename Statistic>
Interval percentile_interval(std::size_t count, Statistic statistic) {
  std::mt19937_64 random(kSeed);
  std::vector<std::size_t> places(count);
  std::vector<double> outcomes(kDraws);
  for (double& outcome : outcomes) {
    for (std::size_t& place : places) place = random() % count;
    outcome = statistic(places);
  }
  std::ranges::sort(outcomes);
  return {.low = quantile(outcomes, 0.025), .high = quantile(outcomes, 0.975)};
}

}  // namespace

Interval median_interval(std::span<const double> samples) {
  std::vector<double> drawn(samples.size());
  return percentile_interval(samples.size(), [&](const std::vector<std::size_t>& places) {
    for (std::size_t i = 0; i < places.size(); ++i) drawn[i] = samples[places[i]];
    return median_of(drawn);
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

RatioEstimate ratio_of_medians(std::span<const double> above, std::span<const double> below) {
  std::vector<double> drawn_above(above.size());
  std::vector<double> drawn_below(above.size());
  const Interval interval = percentile_interval(above.size(), [&](const std::vector<std::size_t>& places) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      drawn_above[i] = above[places[i]];
      drawn_below[i] = below[places[i]];
    }
    return median_of(drawn_above) / median_of(drawn_below);
  });
  return {.value = median(above) / median(below), .ci95 = interval};
}

}  // namespace voicestand::bench
