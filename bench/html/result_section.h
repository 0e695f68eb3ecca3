#pragma once

#include <cstddef>
#include <string>

#include "bench/report.h"

namespace voicestand::bench::html {

// Thread: any. What links to a result's section: its place in the report, for names are any text.
[[nodiscard]] std::string anchor_of(std::size_t place);

// Thread: any. All that is known of the report's result at `place`: figures, then plots. `plots`: how many the page has
// already, counted up.
[[nodiscard]] std::string section_of(const Report& report, std::size_t place, int& plots);

}  // namespace voicestand::bench::html
