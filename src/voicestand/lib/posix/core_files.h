#pragma once

#include <sys/resource.h>

namespace voicestand::posix {

// Thread: any. Real-time: no. Should this process or one that it starts ever end in a crash, what it had in memory does
// not go to the disk.
inline void forbid_core_files() noexcept {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  (void)::setrlimit(RLIMIT_CORE, &none);
}

}  // namespace voicestand::posix
