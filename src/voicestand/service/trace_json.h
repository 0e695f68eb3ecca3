#pragma once

#include <string>

#include "voicestand/pipeline/live_trace.h"

namespace voicestand::service {

// Thread: any. Real-time: no. What the trace holds, in the Trace Event format that Perfetto and chrome://tracing open:
// one row a thread, times from the oldest record on.
[[nodiscard]] std::string trace_json(const pipeline::LiveTrace& trace);

}  // namespace voicestand::service
