#include "voicestand/base/clock.h"

namespace voicestand {

Clock::TimePoint SteadyClock::now() const noexcept {
  TimePoint now;
  VS_RT_UNSAFE_BEGIN("clock_gettime answers from the vDSO: no kernel entry")
  now = std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
  VS_RT_UNSAFE_END
  return now;
}

}  // namespace voicestand
