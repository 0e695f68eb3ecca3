#pragma once

#include <cstdint>

#include "voicestand/base/result.h"
#include "voicestand/desktop/layout_names.h"
#include "voicestand/lib/xkb/keymap.h"

namespace voicestand::desktop {

// What the keys of a keyboard that is plugged in write.
struct SessionLayout {
  xkb::Keymap keymap;
  std::uint32_t group = 0;  // the layout in force
  bool of_display = false;  // the display told: it may tell something else the next time

  // `names`, or where they are empty those that the Wayland compositor or the X server uses, or else
  // XKB_DEFAULT_LAYOUT, what the system's files name, XKB's own. A compositor does not tell a program without a window
  // which of several is in force: it is taken for the first. Thread: any. Real-time: no, asks the display. Errors:
  // kNotFound where there is no such layout, kServiceMissing.
  [[nodiscard]] static Result<SessionLayout> find(const LayoutNames& names);
};

}  // namespace voicestand::desktop
