#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

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
  std::optional<Interval> mean_ci95 = std::nullopt;
  std::vector<double> values = {};  // in the order in which they were taken; none where only the above is known
};

// Thread: any. The value that a share `p` of the samples does not exceed, between neighbours on a straight line.
// `sorted` ascends and is not empty.
[[nodiscard]] double quantile(std::span<const double> sorted, double p) noexcept;

// Thread: any. `samples` in any order, at least one.
[[nodiscard]] double median(std::span<const double> samples);
// Thread: any. Quicker, but leaves `samples` in another order.
[[nodiscard]] double rearranging_median(std::span<double> samples) noexcept;
[[nodiscard]] Summary summarise(std::span<const double> samples);

}  // namespace voicestand::bench
