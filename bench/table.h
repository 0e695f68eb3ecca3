#pragma once

#include <string>

#include "bench/comparison.h"
#include "bench/report.h"

// What people read. Thread: any.
namespace voicestand::bench {

// A line for each subject, one for each ratio, one for what disturbed it.
[[nodiscard]] std::string table_of(const Outcome& outcome);
// One line; of a figure that is held against an earlier run, two. `judged`: whether the bar, if any, is held against
// it.
[[nodiscard]] std::string line_of(const Figure& figure, bool judged);
[[nodiscard]] std::string line_of(const Ratio& ratio, bool judged);
[[nodiscard]] std::string line_of(const Noise& noise);
// Without an end of line.
[[nodiscard]] std::string line_of(const Machine& machine);
// What the run is held against, and whether that was another machine. Without an end of line.
[[nodiscard]] std::string line_of(const Earlier& earlier, const Machine& now);

// Pieces of these that the HTML report shares: "bar >= 3: met", "+3.1 % [+2.8, +3.4], p 0.0005: regressed".
[[nodiscard]] std::string number(double value);  // four digits that say something, whatever the size
[[nodiscard]] std::string interval(const Interval& it);
[[nodiscard]] std::string verdict(const Bar& bar, const Interval& figure, bool judged);
[[nodiscard]] std::string change_in_words(const Change& change, bool judged);

}  // namespace voicestand::bench
