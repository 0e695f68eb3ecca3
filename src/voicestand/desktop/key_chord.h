#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "voicestand/base/result.h"

namespace voicestand::desktop {

// A hot-key or a mouse button as the user names it: "ctrl+alt+space", "F13", "Scroll_Lock", "button8". Thread: any.
// Real-time: no.
struct KeyChord {
  enum class Kind : std::uint8_t {
    kSymbol,  // what stands on the key, a keysym; of a letter the small one
    kCode,    // the key itself, for one that has no name: XKB's keycode
    kButton,  // of the mouse, as X11 counts them: 1 left, 2 middle, 3 right, 8 back, 9 forward
  };
  // What is held with it.
  enum Held : std::uint8_t { kControl = 1U << 0U, kAlt = 1U << 1U, kShift = 1U << 2U, kSuper = 1U << 3U };

  Kind kind = Kind::kSymbol;
  std::uint32_t number = 0;
  std::uint8_t held = 0;

  friend bool operator==(const KeyChord&, const KeyChord&) = default;

  // Large and small letters are the same. Errors: kUsage, with the nearest name that there is.
  [[nodiscard]] static Result<KeyChord> parse(std::string_view text);
  // A key that has this symbol on it, by the name of the symbol or, where there is none, by its code.
  [[nodiscard]] static KeyChord of_key(std::uint32_t symbol, std::uint32_t code, std::uint8_t held);

  // As parse() takes it.
  [[nodiscard]] std::string text() const;
};

}  // namespace voicestand::desktop
