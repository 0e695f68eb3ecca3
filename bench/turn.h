#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bench/subject.h"

namespace voicestand::bench {

// One run of one subject.
struct Turn {
  std::uint64_t iterations = 1;
  Seconds spent{0};

  [[nodiscard]] double seconds_per_iteration() const noexcept {
    return spent.count() / static_cast<double>(iterations);
  }
};

// Thread: any. Seconds an iteration of each.
[[nodiscard]] inline std::vector<double> times_of(std::span<const Turn> turns) {
  std::vector<double> times;
  for (const Turn& turn : turns) times.push_back(turn.seconds_per_iteration());
  return times;
}

}  // namespace voicestand::bench
