#pragma once

#include <string>
#include <string_view>

#include "voicestand/service/metrics.h"

namespace voicestand::service {

// Thread: any. Real-time: no. What state_json() tells, for people without a browser: lines for a terminal.
[[nodiscard]] std::string report_text(const Observation& seen, std::string_view state);

}  // namespace voicestand::service
