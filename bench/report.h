#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/machine.h"
#include "bench/statistics.h"

namespace voicestand::bench {

// What a figure is to reach.
struct Bar {
  enum class Sense : std::uint8_t { kAtLeast, kBelow };
  enum class Verdict : std::uint8_t { kMet, kMissed, kOpen };  // open: the interval holds the limit

  Sense sense = Sense::kAtLeast;
  double limit = 0;

  [[nodiscard]] Verdict judge(const Interval& interval) const noexcept;
};

[[nodiscard]] inline Bar at_least(double limit) {
  return {.sense = Bar::Sense::kAtLeast, .limit = limit};
}
[[nodiscard]] inline Bar below(double limit) {
  return {.sense = Bar::Sense::kBelow, .limit = limit};
}

struct Figure {
  std::string suite;
  std::string name;
  std::string unit;
  Summary summary;
  std::optional<Bar> bar;  // for the median
};

// Two results of one interleaved run; above 1 means that ours is better.
struct Ratio {
  std::string suite;
  std::string name;
  double value = 0;
  Interval ci95;
  std::string of;
  std::string to;
  std::optional<Bar> bar;
};

inline constexpr const char* kOurName = "voicestand";

struct Report {
  Machine machine;
  std::string commit;
  std::vector<Figure> results;
  std::vector<Ratio> ratios;
};

}  // namespace voicestand::bench
