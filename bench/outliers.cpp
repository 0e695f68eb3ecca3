#include "bench/outliers.h"

#include <algorithm>

#include "bench/statistics.h"

namespace voicestand::bench {
namespace {

constexpr double kMild = 1.5;
constexpr double kSevere = 3;

}  // namespace

std::vector<Outlier> classify(std::span<const double> samples) {
  std::vector<Outlier> classes(samples.size(), Outlier::kNone);
  if (samples.empty()) return classes;
  std::vector<double> sorted(samples.begin(), samples.end());
  std::ranges::sort(sorted);
  const double low = quantile(sorted, 0.25);
  const double high = quantile(sorted, 0.75);
  const double distance = high - low;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double below = low - samples[i];
    const double above = samples[i] - high;
    if (below > kSevere * distance) {
      classes[i] = Outlier::kLowSevere;
    } else if (below > kMild * distance) {
      classes[i] = Outlier::kLowMild;
    } else if (above > kSevere * distance) {
      classes[i] = Outlier::kHighSevere;
    } else if (above > kMild * distance) {
      classes[i] = Outlier::kHighMild;
    }
  }
  return classes;
}

OutlierCounts count(std::span<const Outlier> classes) noexcept {
  const auto of = [&](Outlier kind) { return static_cast<std::size_t>(std::ranges::count(classes, kind)); };
  return {.low_severe = of(Outlier::kLowSevere),
          .low_mild = of(Outlier::kLowMild),
          .high_mild = of(Outlier::kHighMild),
          .high_severe = of(Outlier::kHighSevere)};
}

}  // namespace voicestand::bench
