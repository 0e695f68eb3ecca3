#pragma once

#include <span>

#include "bench/statistics.h"

namespace voicestand::bench {

// Thread: any. How many times better ours was than a peer in each round that both took turns in: samples of their own,
// in which whatever slowed down both has cancelled. `more_is_better`: of the unit of both. None where either has
// another number of values, or any that is not above 0.
[[nodiscard]] Summary round_ratios(std::span<const double> ours, std::span<const double> peers, bool more_is_better);

}  // namespace voicestand::bench
