#pragma once

#include <array>
#include <cstdint>

#include "voicestand/lib/x11/connection.h"
#include "voicestand/lib/x11/moment.h"

namespace voicestand::desktop {

// What the display has told so far. Thread: one at a time. Real-time: no.
struct X11Watch {
  bool keymap_changed = true;                            // since it was last read
  std::uint32_t pong = 0;                                // the last one's number
  std::array<std::uint32_t, x11::kKeycodes> releases{};  // of each key, on any device, while devices are watched

  // Takes what there is, without waiting.
  void read(x11::Connection& connection);
};

}  // namespace voicestand::desktop
