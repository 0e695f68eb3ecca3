#pragma once

#include <cstdint>
#include <string_view>

#include <sys/types.h>

#include "voicestand/base/result.h"

namespace voicestand::bench {

// Bytes that would be free without a process if nobody else had its files mapped, from its /proc/PID/smaps: the pages
// of its files as if they were its own, its other pages, and the rings, which are mapped twice, once. The C library and
// the loader, which no process is without, are left out.
[[nodiscard]] std::uint64_t carried_bytes(std::string_view smaps);

// Thread: any. Of a running process. Errors: kIo.
[[nodiscard]] Result<std::uint64_t> carried_bytes_of(pid_t process);

}  // namespace voicestand::bench
