#pragma once

#include <cstdint>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/lib/x11/connection.h"
#include "voicestand/lib/xkb/keymap.h"

namespace voicestand::x11 {

// A key that is down, and the keyboard that it is on: one of hardware, or XTEST's.
struct HeldKey {
  xkb::Keycode key = 0;
  std::uint16_t device = 0;
};

// Those of all keyboards. What is told of the keys of all (Moment::down) has no more in it than that one of them was
// pressed last, and not released since. Thread: the connection's. Real-time: no. Errors: kIo.
[[nodiscard]] Result<std::vector<HeldKey>> held_keys(Connection& connection);

// Has it pressed or released as if by hand. A key that were released on another keyboard than its own would count as
// down there when it is not, and its next press for nothing. Thread: the connection's. Real-time: no; done with the
// next flush.
void fake_key(Connection& connection, const HeldKey& key, bool press);

}  // namespace voicestand::x11
