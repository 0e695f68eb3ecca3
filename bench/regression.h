#pragma once

#include <span>

#include "bench/turn.h"

namespace voicestand::bench {

// Thread: any. Seconds an iteration: the slope of the line through the origin that lies nearest to the turns by least
// squares, sum(xy) / sum(xx). Long turns weigh more than in a mean, for the clock's own error is a smaller part of
// them. At least one turn.
[[nodiscard]] double slope_of(std::span<const Turn> turns) noexcept;

// Thread: any. The share of the turns' variation that the line explains, at most 1.
[[nodiscard]] double fit_of(std::span<const Turn> turns, double slope) noexcept;

// Thread: any. Whether there is a slope to speak of: turns of one length all say the same about it.
[[nodiscard]] bool have_slope(std::span<const Turn> turns) noexcept;

}  // namespace voicestand::bench
