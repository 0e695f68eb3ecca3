#pragma once

#include <cstdint>
#include <string_view>

#include "bench/statistics.h"

namespace voicestand::bench {

// What a figure is to reach.
struct Bar {
  enum class Sense : std::uint8_t { kAtLeast, kAtMost };
  enum class Verdict : std::uint8_t { kMet, kMissed, kOpen };  // open: the interval holds the limit

  Sense sense = Sense::kAtLeast;
  double limit = 0;

  [[nodiscard]] constexpr bool reached(double value) const noexcept {
    return sense == Sense::kAtLeast ? value >= limit : value <= limit;
  }
  [[nodiscard]] constexpr std::string_view sign() const noexcept { return sense == Sense::kAtLeast ? ">=" : "<="; }

  // Of a value that is known to an interval.
  [[nodiscard]] Verdict judge(const Interval& interval) const noexcept;
};

[[nodiscard]] constexpr Bar at_least(double limit) {
  return {.sense = Bar::Sense::kAtLeast, .limit = limit};
}
[[nodiscard]] constexpr Bar at_most(double limit) {
  return {.sense = Bar::Sense::kAtMost, .limit = limit};
}

}  // namespace voicestand::bench
