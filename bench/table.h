#pragma once

#include <string>

#include "bench/comparison.h"
#include "bench/report.h"

// What people read. Thread: any.
namespace voicestand::bench {

// A line for each subject, one for each ratio, one for what disturbed it.
[[nodiscard]] std::string table_of(const Outcome& outcome);
// One line. `judged`: whether the bar, if any, is held against it.
[[nodiscard]] std::string line_of(const Figure& figure, bool judged);
[[nodiscard]] std::string line_of(const Ratio& ratio, bool judged);
[[nodiscard]] std::string line_of(const Noise& noise);

}  // namespace voicestand::bench
