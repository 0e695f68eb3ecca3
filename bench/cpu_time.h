#pragma once

#include <sys/types.h>
#include <time.h>

#include "bench/subject.h"

namespace voicestand::bench {

// Thread: any. What a clock of processor time shows; nothing where there is no such clock any more.
[[nodiscard]] inline Seconds cpu_time_on(clockid_t clock) noexcept {
  timespec used{};
  if (::clock_gettime(clock, &used) != 0) return Seconds(0);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

// Thread: any. What all threads of this process have used.
[[nodiscard]] inline Seconds process_cpu_time() noexcept {
  return cpu_time_on(CLOCK_PROCESS_CPUTIME_ID);
}

// Thread: any. Likewise of another process; nothing where there is none.
[[nodiscard]] inline Seconds cpu_time_of(pid_t process) noexcept {
  clockid_t clock{};
  return ::clock_getcpuclockid(process, &clock) == 0 ? cpu_time_on(clock) : Seconds(0);
}

}  // namespace voicestand::bench
