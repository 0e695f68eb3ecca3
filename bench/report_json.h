#pragma once

#include <string>

#include "bench/report.h"

namespace voicestand::bench {

// Thread: any. One JSON object and a newline, schema 1. It holds all values, so that it can be a later run's baseline.
[[nodiscard]] std::string to_json(const Report& report);

}  // namespace voicestand::bench
