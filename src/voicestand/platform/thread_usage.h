#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <sys/types.h>

namespace voicestand::platform {

// A thread of this process, as others may ask about it.
struct ThreadHandle {
  std::string name;  // as name_this_thread() gave it
  pid_t id = 0;
  clockid_t clock{};  // of its processor time
};

// What a thread has used since it began.
struct ThreadUsage {
  std::chrono::nanoseconds cpu_time{};
  std::uint64_t involuntary_switches = 0;  // how often it was made to wait for its core
};

// Thread: the one that is meant. Real-time: no.
[[nodiscard]] ThreadHandle this_thread();

// Thread: any. Real-time: no. Nothing where the thread has ended; whoever asks sees to it that it has not, for its id
// may belong to another by then.
[[nodiscard]] std::optional<ThreadUsage> usage_of(const ThreadHandle& thread);

}  // namespace voicestand::platform
