#include "voicestand/platform/thread_usage.h"

#include <array>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

namespace voicestand::platform {

ThreadUsage this_thread_usage() {
  std::array<char, 16> name{};  // TASK_COMM_LEN, the closing zero included
  ::prctl(PR_GET_NAME, name.data());
  ThreadUsage usage{.name = name.data()};
  timespec used{};
  if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) == 0)
    usage.cpu_time = std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
  rusage counts{};
  if (::getrusage(RUSAGE_THREAD, &counts) == 0)
    usage.involuntary_switches = static_cast<std::uint64_t>(counts.ru_nivcsw);
  return usage;
}

}  // namespace voicestand::platform
