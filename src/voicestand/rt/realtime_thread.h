#pragma once

#include "voicestand/base/realtime.h"

namespace voicestand::rt {

// While one lives, its thread is real-time: heap calls are counted (allocation_counter.h). Scopes nest. Put one at the
// top of a callback, or around the loop of a thread that does nothing else.
class [[nodiscard]] RealtimeScope {
 public:
  // Thread: any. Real-time: yes, wait-free.
  RealtimeScope() noexcept VS_REALTIME;
  ~RealtimeScope() noexcept VS_REALTIME;
  RealtimeScope(const RealtimeScope&) = delete;
  RealtimeScope& operator=(const RealtimeScope&) = delete;

  // Thread: any. Real-time: yes, wait-free. Whether the calling thread is inside a scope.
  [[nodiscard]] static bool active() noexcept VS_REALTIME;
};

}  // namespace voicestand::rt
