#pragma once

#include <cstdint>
#include <string>

#include "voicestand/base/result.h"

namespace voicestand::platform {

// What this process may use of the machine: the affinity mask and the limits of its control groups (version 2) taken
// into account.
struct Machine {
  int usable_cores = 1;  // whole cores, a part of one counting as one
  std::uint64_t total_memory_bytes = 0;
  std::uint64_t available_memory_bytes = 0;  // without pushing anything out to disk
};

// Thread: any. Real-time: no. `sysroot` stands before /proc and /sys (tests). Errors: kNotFound, kIo, kBadData where
// /proc does not read as Linux writes it; unreadable limits count as none.
[[nodiscard]] Result<Machine> read_machine(const std::string& sysroot = {});

}  // namespace voicestand::platform
