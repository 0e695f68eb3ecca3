#include "bench/cpu_affinity.h"

namespace voicestand::bench {

PinnedThread::PinnedThread(std::size_t index) noexcept {
  if (::sched_getaffinity(0, sizeof before_, &before_) != 0) return;
  std::size_t left = index % static_cast<std::size_t>(CPU_COUNT(&before_));
  for (std::size_t core = 0; core < std::size_t{CPU_SETSIZE}; ++core) {
    if (!CPU_ISSET(core, &before_) || left-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    pinned_ = ::sched_setaffinity(0, sizeof one, &one) == 0;
    return;
  }
}

PinnedThread::~PinnedThread() {
  if (pinned_) (void)::sched_setaffinity(0, sizeof before_, &before_);
}

}  // namespace voicestand::bench
