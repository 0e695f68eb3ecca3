#pragma once

#include <span>
#include <vector>

#include "bench/statistics.h"

namespace voicestand::bench {

// How often samples lie where, as a smooth curve: each sample is spread out by a normal distribution.
// Source: B. W. Silverman, "Density Estimation for Statistics and Data Analysis", 1986; the width is his rule of thumb,
// equation 3.31.
class Density {
 public:
  // At least one sample.
  explicit Density(std::span<const double> samples);

  // Thread: any. The share of the samples for each unit around `value`.
  [[nodiscard]] double at(double value) const noexcept;
  [[nodiscard]] double bandwidth() const noexcept { return bandwidth_; }

 private:
  std::vector<double> samples_;
  double bandwidth_;
};

// Thread: any. From the least to the greatest of the samples that are no severe outliers (bench/outliers.h), which
// would leave no room for the others in a plot. At least one sample.
[[nodiscard]] Interval usual_range(std::span<const double> samples);

}  // namespace voicestand::bench
