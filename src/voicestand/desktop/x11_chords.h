#pragma once

#include <cstdint>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/desktop/key_chord.h"
#include "voicestand/lib/x11/grabs.h"
#include "voicestand/lib/x11/moment.h"
#include "voicestand/lib/xkb/keymap.h"

namespace voicestand::desktop {

// What a keyboard of an X display is, as far as chords go. Thread: one at a time. Real-time: no.
class X11Chords {
 public:
  // Errors: kIo, kServiceMissing.
  [[nodiscard]] static Result<X11Chords> read(x11::Connection& connection);

  // All that is to be grabbed for it: each key that has the symbol, with each of Caps Lock and Num Lock on or off. A
  // letter that no layout of this keyboard has is the key that has it in the United States. Empty: there is no such
  // key.
  [[nodiscard]] std::vector<x11::Grip> grips_of(const KeyChord& chord) const;
  // What of a modifier mask counts: not Caps Lock and Num Lock.
  [[nodiscard]] xkb::ModifierMask without_locks(xkb::ModifierMask modifiers) const noexcept {
    return modifiers & 0xFFU & ~locks_;
  }
  // What a key is called when these others are down.
  [[nodiscard]] KeyChord chord_of(xkb::Keycode key, const x11::KeySet& down) const;
  [[nodiscard]] KeyChord chord_of_button(std::uint32_t button, const x11::KeySet& down) const;

 private:
  X11Chords(xkb::Keymap keymap, const x11::KeyModifiers& modifiers);
  [[nodiscard]] std::uint8_t held(const x11::KeySet& down) const;

  xkb::Keymap keymap_;
  x11::KeyModifiers modifiers_;
  xkb::ModifierMask locks_ = xkb::kLock;
};

}  // namespace voicestand::desktop
