#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <sys/types.h>

#include "voicestand/base/result.h"

namespace voicestand::platform {

// What this process and its children have used since they started.
struct ProcessUsage {
  double cpu_s = 0;  // user and system time
  // Sum of each one's own peak: of this process, of every child that lives, and of the largest that has been reaped.
  // Never below what was resident at one time, unless several reaped children lived side by side.
  std::uint64_t peak_rss_bytes = 0;
};

// Thread: any that does not run beside the one that reaps children. Real-time: no. `children` are pids of this
// process's children that have not been reaped; one that has ended counts with what is known of it. `sysroot` stands
// before /proc (tests). Errors: kIo, kNotFound without a /proc, kBadData where it does not read as Linux writes it.
[[nodiscard]] Result<ProcessUsage> process_usage(std::span<const pid_t> children, const std::string& sysroot = {});

}  // namespace voicestand::platform
