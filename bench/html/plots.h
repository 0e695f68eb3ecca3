#pragma once

#include <span>
#include <string>

#include "bench/earlier.h"
#include "bench/report.h"

// The pictures of a result, each a <figure> with a caption. `number`: of the plot on its page, counted up.
// Thread: any.
namespace voicestand::bench::html {

// Where the samples lie, with the median, its interval, and the mean. At least one value.
[[nodiscard]] std::string density_plot(int& number, const Figure& figure);

// The time of a turn over its iterations, and the line whose slope is the time of one. At least two lengths of turns.
[[nodiscard]] std::string regression_plot(int& number, const Figure& figure);

// One sample after the other, outliers by their class. At least one value.
[[nodiscard]] std::string samples_plot(int& number, const Figure& figure);

// A row for each of those that were measured together, all in one unit; `ours` stands out. At least one value each.
[[nodiscard]] std::string peers_plot(int& number, std::span<const Figure* const> group, const Figure& ours);

// Where the samples lay in an earlier run and where they lie now. At least one value each.
[[nodiscard]] std::string baseline_plot(int& number, const Figure& figure, const EarlierResult& before);

}  // namespace voicestand::bench::html
