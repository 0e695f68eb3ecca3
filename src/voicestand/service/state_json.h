#pragma once

#include <string>
#include <string_view>

#include "voicestand/service/metrics.h"

namespace voicestand::service {

// Thread: any. Real-time: no. All that a page needs to show the program at one moment, as JSON (docs/watching.md).
// `state`: "listening", "finishing", "idle" or "ended". `viewers`: how many look on. `latencies`: latencies_json().
[[nodiscard]] std::string state_json(const Observation& seen, std::string_view state, std::size_t viewers,
                                     std::string_view latencies);

// Half of it, and of the work.
[[nodiscard]] std::string latencies_json(const Latencies& latencies);

}  // namespace voicestand::service
