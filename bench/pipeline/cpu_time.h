#pragma once

#include <time.h>

#include "bench/subject.h"

namespace voicestand::bench {

// Thread: any. What all threads of this process have used.
[[nodiscard]] inline Seconds process_cpu_time() noexcept {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace voicestand::bench
