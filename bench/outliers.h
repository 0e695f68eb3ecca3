#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace voicestand::bench {

// How far a sample lies from the middle half of all of them. Nothing is ever left out for it: the classes say what a
// distribution looks like.
// Source: J. W. Tukey, "Exploratory Data Analysis", 1977: fences 1.5 and 3 quartile distances outside the quartiles.
enum class Outlier : std::uint8_t { kLowSevere, kLowMild, kNone, kHighMild, kHighSevere };

struct OutlierCounts {
  std::size_t low_severe = 0;
  std::size_t low_mild = 0;
  std::size_t high_mild = 0;
  std::size_t high_severe = 0;

  [[nodiscard]] std::size_t all() const noexcept { return low_severe + low_mild + high_mild + high_severe; }
};

// Thread: any. One for each sample, in their order.
[[nodiscard]] std::vector<Outlier> classify(std::span<const double> samples);
[[nodiscard]] OutlierCounts count(std::span<const Outlier> classes) noexcept;

}  // namespace voicestand::bench
