#pragma once

#include <chrono>

#include "voicestand/base/result.h"

namespace voicestand::platform {

inline constexpr int kRealtimePriority = 15;  // above ordinary work, below PipeWire's own threads (88) and RTKit's 20
inline constexpr std::chrono::microseconds kRealtimeLimit{200'000};  // RTKit's bound as well

// Thread: the one that is to be real-time. Real-time: no. Puts it on SCHED_FIFO at `priority` (1 to 99), for itself
// alone: what it starts begins at normal priority. Before that the process's RLIMIT_RTTIME is lowered to
// kRealtimeLimit, so that a loop that never sleeps is ended by the kernel instead of hanging the machine. Errors:
// kUsage, kServiceMissing where it is not permitted; the thread then goes on as it was.
[[nodiscard]] Result<void> make_this_thread_realtime(int priority = kRealtimePriority);

}  // namespace voicestand::platform
