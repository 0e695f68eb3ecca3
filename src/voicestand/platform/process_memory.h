#pragma once

#include <cstdint>
#include <string>

#include "voicestand/base/result.h"

namespace voicestand::platform {

// What this process has in memory now.
struct ProcessMemory {
  std::uint64_t rss_bytes = 0;      // pages shared with others included
  std::uint64_t private_bytes = 0;  // what nobody else has mapped
};

// Thread: any. Real-time: no: the kernel walks all of the process's pages. `sysroot` stands before /proc (tests).
// Errors: kIo, kNotFound without such a /proc, kBadData where it does not read as Linux writes it.
[[nodiscard]] Result<ProcessMemory> process_memory(const std::string& sysroot = {});

}  // namespace voicestand::platform
