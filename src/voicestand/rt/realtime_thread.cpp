#include "voicestand/rt/realtime_thread.h"

namespace voicestand::rt {
namespace {

constinit thread_local int depth = 0;

// Clang distrusts every thread-local, for one in a loaded library may be allocated on first use.
int add_to_depth(int change) noexcept VS_REALTIME {
  int now = 0;
  VS_RT_UNSAFE_BEGIN("linked into the program itself: its thread-locals are laid out when a thread starts")
  now = depth += change;
  VS_RT_UNSAFE_END
  return now;
}

}  // namespace

RealtimeScope::RealtimeScope() noexcept {
  add_to_depth(1);
}
RealtimeScope::~RealtimeScope() noexcept {
  add_to_depth(-1);
}
bool RealtimeScope::active() noexcept {
  return add_to_depth(0) > 0;
}

}  // namespace voicestand::rt
