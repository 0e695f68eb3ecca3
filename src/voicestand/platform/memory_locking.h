#pragma once

#include "voicestand/base/result.h"

namespace voicestand::platform {

// Thread: any. Real-time: no. Free pieces of the heap are given back; what else the process has in memory, and what it
// will touch from now on, stays there: an audio thread never waits for a page that was swapped out. Pages that nobody
// touches cost nothing. Errors: kServiceMissing where it is not permitted, kNoSpace where the permission does not go so
// far; all works without.
[[nodiscard]] Result<void> lock_memory();

}  // namespace voicestand::platform
