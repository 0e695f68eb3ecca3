#include "bench/bar.h"

namespace voicestand::bench {

Bar::Verdict Bar::judge(const Interval& interval) const noexcept {
  const bool low = reached(interval.low);
  const bool high = reached(interval.high);
  if (low && high) return Verdict::kMet;
  return low || high ? Verdict::kOpen : Verdict::kMissed;
}

}  // namespace voicestand::bench
