#pragma once

#include <sys/types.h>

#include "voicestand/base/result.h"

// Services that may make a thread of this process real-time where the process itself may not: the desktop portal, which
// also serves programs in a sandbox, and RealtimeKit. Both want RLIMIT_RTTIME set, and give what they allow at most.
namespace voicestand::dbus {

// Thread: any. Real-time: no. Whether libsystemd, which asks them, is there. Errors: kServiceMissing.
[[nodiscard]] Result<void> check_library();

// Thread: any. Real-time: no, waits for the answer, half a second at most. `thread`: its kernel id. Afterwards it is
// SCHED_RR at `priority` or the service's maximum. Errors: kServiceMissing: there is no such service, or it refuses.
[[nodiscard]] Result<void> ask_portal_for_realtime(pid_t thread, int priority);  // on the session's bus
[[nodiscard]] Result<void> ask_rtkit_for_realtime(pid_t thread, int priority);   // on the system's bus

}  // namespace voicestand::dbus
