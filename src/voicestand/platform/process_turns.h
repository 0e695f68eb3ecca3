#pragma once

#include <cstdint>

#include <sys/types.h>

#include "voicestand/base/result.h"

namespace voicestand::platform {

// What a process's first thread is at.
struct ProcessTurns {
  bool waits = false;       // for something that has not come
  std::uint64_t turns = 0;  // how often a processor has gone over to something else
  friend bool operator==(const ProcessTurns&, const ProcessTurns&) = default;
};

// Thread: any. Real-time: no. Errors: kNotFound where there is no such process, kBadData.
[[nodiscard]] Result<ProcessTurns> process_turns(pid_t process);

}  // namespace voicestand::platform
