#pragma once

#include <span>
#include <vector>

namespace voicestand::bench {

// Thread: any. The place of each sample among all of them, counted from 1; those that are alike share theirs.
[[nodiscard]] std::vector<double> ranks_of(std::span<const double> samples);

}  // namespace voicestand::bench
