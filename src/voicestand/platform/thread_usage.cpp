#include "voicestand/platform/thread_usage.h"

#include <array>

#include <pthread.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "voicestand/platform/small_file.h"

namespace voicestand::platform {

ThreadHandle this_thread() {
  std::array<char, 16> name{};  // TASK_COMM_LEN, the closing zero included
  ::prctl(PR_GET_NAME, name.data());
  ThreadHandle thread{.name = name.data(), .id = ::gettid()};
  // Errors: only for a thread that is not there.
  (void)::pthread_getcpuclockid(::pthread_self(), &thread.clock);
  return thread;
}

std::optional<ThreadUsage> usage_of(const ThreadHandle& thread) {
  timespec used{};
  if (::clock_gettime(thread.clock, &used) != 0) return std::nullopt;
  const auto status = internal::read_small_file("/proc/self/task/" + std::to_string(thread.id) + "/status");
  if (!status) return std::nullopt;
  auto switches = internal::value_of(*status, "nonvoluntary_ctxt_switches:");
  const auto count = switches ? internal::take_number(*switches) : std::nullopt;
  if (!count) return std::nullopt;
  return ThreadUsage{.cpu_time = std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec),
                     .involuntary_switches = *count};
}

}  // namespace voicestand::platform
