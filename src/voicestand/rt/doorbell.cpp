#include "voicestand/rt/doorbell.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace voicestand::rt {

void Doorbell::wake() noexcept {
  VS_RT_UNSAFE_BEGIN("FUTEX_WAKE does not block: it marks the one sleeper runnable, some microseconds")
  ::syscall(SYS_futex, &state_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  VS_RT_UNSAFE_END
}

bool Doorbell::sleep(Clock::TimePoint deadline) noexcept {
  timespec at{};
  const timespec* until = nullptr;
  if (deadline != Clock::TimePoint::max()) {
    const auto since_boot = std::max(deadline.time_since_epoch(), Clock::Duration::zero());
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
    at.tv_sec = static_cast<std::time_t>(whole.count());
    at.tv_nsec = static_cast<long>((since_boot - whole).count());
    until = &at;
  }
  // WAIT_BITSET, unlike WAIT, takes the deadline as a point in CLOCK_MONOTONIC: interruptions do not lengthen it.
  const long slept =
      ::syscall(SYS_futex, &state_, FUTEX_WAIT_BITSET_PRIVATE, kAsleep, until, nullptr, FUTEX_BITSET_MATCH_ANY);
  return slept == 0 || errno != ETIMEDOUT;
}

}  // namespace voicestand::rt
