#include "bench/round_ratios.h"

#include <algorithm>
#include <cstddef>

namespace voicestand::bench {

Summary round_ratios(std::span<const double> ours, std::span<const double> peers, bool more_is_better) {
  const auto usable = [](double value) { return value > 0; };
  if (ours.empty() || ours.size() != peers.size()) return {};
  if (!std::ranges::all_of(ours, usable) || !std::ranges::all_of(peers, usable)) return {};
  Summary summary;
  for (std::size_t i = 0; i < ours.size(); ++i)
    summary.values.push_back(more_is_better ? ours[i] / peers[i] : peers[i] / ours[i]);
  summary.count = summary.values.size();
  summary.p50 = median(summary.values);
  return summary;
}

}  // namespace voicestand::bench
