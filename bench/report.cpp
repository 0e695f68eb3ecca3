#include "bench/report.h"

namespace voicestand::bench {

Bar::Verdict Bar::judge(const Interval& interval) const noexcept {
  const bool at_least = sense == Sense::kAtLeast;
  if (at_least ? interval.low >= limit : interval.high < limit) return Verdict::kMet;
  if (at_least ? interval.high < limit : interval.low >= limit) return Verdict::kMissed;
  return Verdict::kOpen;
}

}  // namespace voicestand::bench
