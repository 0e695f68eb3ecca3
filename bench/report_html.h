#pragma once

#include <string>

#include "bench/report.h"

namespace voicestand::bench {

// Thread: any. One page that needs nothing beside itself: an index of all results, then each with its plots. It holds
// no script and forbids the browser every request; names and whatever else comes from outside are text, never markup.
[[nodiscard]] std::string to_html(const Report& report);

}  // namespace voicestand::bench
