#pragma once

#include <cstddef>
#include <span>

namespace voicestand::bench {

struct Interval {
  double low = 0;
  double high = 0;
  [[nodiscard]] bool contains(double value) const noexcept { return low <= value && value <= high; }
};

struct Summary {
  std::size_t count = 0;
  double mean = 0;
  double p50 = 0;
  double p99 = 0;
  double max = 0;
  Interval ci95;  // of the median
};

// Thread: any. The value that a share `p` of the samples does not exceed, between neighbours on a straight line.
// `sorted` ascends and is not empty.
[[nodiscard]] double quantile(std::span<const double> sorted, double p) noexcept;

// Thread: any. `samples` in any order, at least one.
[[nodiscard]] double median(std::span<const double> samples);
[[nodiscard]] Summary summarise(std::span<const double> samples);

}  // namespace voicestand::bench
