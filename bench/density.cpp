#include "bench/density.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "bench/outliers.h"

namespace voicestand::bench {
namespace {

double deviation_of(std::span<const double> samples) noexcept {
  const auto count = static_cast<double>(samples.size());
  double mean = 0;
  for (const double sample : samples) mean += sample / count;
  double squares = 0;
  for (const double sample : samples) squares += (sample - mean) * (sample - mean);
  return std::sqrt(squares / count);
}

// Samples that are all alike have a width too, or they would have no curve.
double bandwidth_of(std::span<const double> samples) {
  constexpr double kQuartilesOfNormal = 1.34;
  std::vector<double> sorted(samples.begin(), samples.end());
  std::ranges::sort(sorted);
  const double quartiles = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / kQuartilesOfNormal;
  const double deviation = deviation_of(samples);
  const double spread = quartiles > 0 ? std::min(quartiles, deviation) : deviation;
  const double least = std::max(std::abs(sorted.back()) * 1e-4, std::numeric_limits<double>::min());
  return std::max(0.9 * spread * std::pow(static_cast<double>(samples.size()), -0.2), least);
}

}  // namespace

Density::Density(std::span<const double> samples)
    : samples_(samples.begin(), samples.end()), bandwidth_(bandwidth_of(samples)) {}

double Density::at(double value) const noexcept {
  double sum = 0;
  for (const double sample : samples_) {
    const double distance = (value - sample) / bandwidth_;
    sum += std::exp(-0.5 * distance * distance);
  }
  return sum / (static_cast<double>(samples_.size()) * bandwidth_ * std::sqrt(2 * std::numbers::pi));
}

Interval usual_range(std::span<const double> samples) {
  const std::vector<Outlier> classes = classify(samples);
  Interval range{.low = std::numeric_limits<double>::max(), .high = std::numeric_limits<double>::lowest()};
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (classes[i] == Outlier::kLowSevere || classes[i] == Outlier::kHighSevere) continue;
    range = {.low = std::min(range.low, samples[i]), .high = std::max(range.high, samples[i])};
  }
  return range;
}

}  // namespace voicestand::bench
