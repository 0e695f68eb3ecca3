#pragma once

#include <cstdint>

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

}  // namespace voicestand::bench
