#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace voicestand::platform {

// What a thread has used since it began.
struct ThreadUsage {
  std::string name;  // as name_this_thread() gave it
  std::chrono::nanoseconds cpu_time{};
  std::uint64_t involuntary_switches = 0;  // how often it was made to wait for its core
};

// Thread: the one that is asked about. Real-time: no.
[[nodiscard]] ThreadUsage this_thread_usage();

}  // namespace voicestand::platform
