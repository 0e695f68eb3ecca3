#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "voicestand/base/result.h"
#include "voicestand/desktop/typed_text.h"

namespace voicestand::desktop {

// A window of the desktop, as far as the session tells.
struct Window {
  std::string id;             // its display's own name for it: only to be compared
  std::string application{};  // X11's class or Wayland's app id; empty where it is not known
  bool terminal = false;      // a Return there may run what stands before it
  bool secret = false;        // what has the focus in it asks for a password
};

// Puts text where the keyboard would: into what has the focus. Thread: one at a time.
class TextSink {
 public:
  struct Typed {
    std::size_t characters = 0;   // that it has been given
    bool window_changed = false;  // the rest was kept back: another one has the focus
  };

  virtual ~TextSink() = default;

  // Real-time: no, asks the display. The window that type() would reach; none where nothing has the focus, or where the
  // session does not tell. Errors: kIo where the display is gone.
  [[nodiscard]] virtual Result<std::optional<Window>> focused() = 0;

  // Real-time: no; returns when the display has been given all of it, which may be before the window shows it. Where
  // `only_into` is the id of a window, nothing is given to another. Errors: kIo where the display is gone, kUsage where
  // there is no way to write a character of it: then nothing has been typed.
  [[nodiscard]] virtual Result<Typed> type(const TypedText& text, const std::optional<std::string>& only_into) = 0;

  // As it is called on the command line and in the configuration: "x11", "virtual-keyboard".
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
};

}  // namespace voicestand::desktop
