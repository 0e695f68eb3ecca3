#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "voicestand/desktop/text_sink.h"

namespace voicestand::desktop {

// How a window is told to paste.
enum class PasteChord : std::uint8_t {
  kControlV,
  kControlShiftV,  // terminals
  kShiftInsert,    // xterm, rxvt: what is marked somewhere (X11's PRIMARY), and not the clipboard
};

// Keys that can also be struck for pasting. Thread: one at a time. Real-time: no.
class PasteKeys : public TextSink {
 public:
  // Strikes them in the window that has the focus; whether it was `only_into`, where that is given, and so has been
  // given them. Errors: kIo where the display is gone or no key writes what it takes.
  [[nodiscard]] virtual Result<bool> strike_paste(PasteChord chord, const std::optional<std::string>& only_into) = 0;
};

}  // namespace voicestand::desktop
