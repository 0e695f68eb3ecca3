#pragma once

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include "voicestand/base/realtime.h"

namespace voicestand::rt {

// While one lives, denormal floats count as zero on its thread, in operands (DAZ) and results (FTZ): filters that ring
// out into silence stay as fast as on speech. Puts the thread's own setting back. Nothing to do, and done, off x86.
class [[nodiscard]] DenormalGuard {
 public:
  // Thread: any; destroyed on the same one. Real-time: yes, wait-free.
#if defined(__SSE2__)
  DenormalGuard() noexcept VS_REALTIME : before_(_mm_getcsr()) {
    _mm_setcsr(before_ | kFlushToZero | kDenormalsAreZero);
  }
  ~DenormalGuard() noexcept VS_REALTIME { _mm_setcsr(before_); }
#else
  DenormalGuard() noexcept VS_REALTIME {}
  ~DenormalGuard() noexcept VS_REALTIME {}
#endif
  DenormalGuard(const DenormalGuard&) = delete;
  DenormalGuard& operator=(const DenormalGuard&) = delete;

 private:
#if defined(__SSE2__)
  static constexpr unsigned kFlushToZero = 1U << 15U;      // MXCSR.FTZ
  static constexpr unsigned kDenormalsAreZero = 1U << 6U;  // MXCSR.DAZ
  unsigned before_;
#endif
};

}  // namespace voicestand::rt
