#pragma once

#include <cstddef>

#if defined(__has_feature)
#if __has_feature(realtime_sanitizer)
#include <sanitizer/rtsan_interface.h>
#define VS_INTERNAL_RTSAN 1
#endif
#endif

// VS_REALTIME marks a declaration, after noexcept, as callable from an audio thread: it neither allocates, locks,
// logs nor enters the kernel. Clang proves it (-Wfunction-effects) and checks it at run time (-fsanitize=realtime).
#if defined(__clang__)
#define VS_REALTIME [[clang::nonblocking]]
#define VS_INTERNAL_EFFECTS_OFF \
  _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wfunction-effects\"")
#define VS_INTERNAL_EFFECTS_ON _Pragma("clang diagnostic pop")
#else
#define VS_REALTIME
#define VS_INTERNAL_EFFECTS_OFF
#define VS_INTERNAL_EFFECTS_ON
#endif

#if defined(VS_INTERNAL_RTSAN)
#define VS_INTERNAL_RTSAN_OFF const __rtsan::ScopedDisabler vs_rt_unsafe_scope;
#else
#define VS_INTERNAL_RTSAN_OFF
#endif

// The one way around the proof, for a statement sequence whose reason is given. Its uses are counted by a test against
// a number that may only fall.
#define VS_RT_UNSAFE_BEGIN(reason)                                   \
  {                                                                  \
    static_assert(sizeof(reason) > 16, "say why this is tolerable"); \
    VS_INTERNAL_EFFECTS_OFF VS_INTERNAL_RTSAN_OFF
#define VS_RT_UNSAFE_END \
  VS_INTERNAL_EFFECTS_ON \
  }

namespace voicestand {

// std::hardware_destructive_interference_size is a compile-time guess that g++ warns about; 64 holds on every target.
inline constexpr std::size_t kCacheLineBytes = 64;

}  // namespace voicestand
