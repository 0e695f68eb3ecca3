#include "voicestand/platform/realtime_scheduling.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sched.h>
#include <sys/resource.h>

namespace voicestand::platform {
namespace {

Result<void> bound_realtime_use() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_RTTIME, &limit) != 0) return fail(Errc::kIo, std::strerror(errno), "RLIMIT_RTTIME");
  const rlim_t bound = std::min(static_cast<rlim_t>(kRealtimeLimit.count()), limit.rlim_max);
  if (limit.rlim_cur <= bound) return {};
  limit.rlim_cur = bound;
  if (::setrlimit(RLIMIT_RTTIME, &limit) != 0) return fail(Errc::kIo, std::strerror(errno), "RLIMIT_RTTIME");
  return {};
}

}  // namespace

Result<void> make_this_thread_realtime(int priority) {
  if (priority < ::sched_get_priority_min(SCHED_FIFO) || priority > ::sched_get_priority_max(SCHED_FIFO)) {
    return fail(Errc::kUsage, "no such real-time priority");
  }
  if (auto bounded = bound_realtime_use(); !bounded) return bounded;
  const sched_param parameters{.sched_priority = priority};
  // For Linux, 0 is the calling thread, not the process.
  if (::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameters) == 0) return {};
  if (errno != EPERM) return fail(Errc::kIo, std::strerror(errno), "SCHED_FIFO");
  return fail(Errc::kServiceMissing, "real-time scheduling is not permitted", {},
              "allow it with 'rtprio 20' for your user in /etc/security/limits.d/ and log in again");
}

}  // namespace voicestand::platform
