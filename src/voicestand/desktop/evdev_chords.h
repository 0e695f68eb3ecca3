#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "voicestand/desktop/input_devices.h"
#include "voicestand/desktop/key_chord.h"
#include "voicestand/lib/xkb/keymap.h"

namespace voicestand::desktop {

// What the kernel's codes are as far as chords go. Thread: one at a time. Real-time: no.
class EvdevChords {
 public:
  explicit EvdevChords(xkb::Keymap keymap);

  // The codes that are this key. A letter that the layout does not have is the key that has it in the United States.
  // Empty: there is no such key.
  [[nodiscard]] std::vector<std::uint16_t> codes_of(const KeyChord& chord) const;
  // What is held, of KeyChord::Held, when these are down.
  [[nodiscard]] std::uint8_t held(const KeyCodes& down) const;
  // What it is called when these others are down; nothing for what is neither a key nor a mouse's button.
  [[nodiscard]] std::optional<KeyChord> chord_of(std::uint16_t code, KeyCodes down) const;

 private:
  static constexpr std::size_t kKeys = 248;  // whose codes XKB and X11 have too

  xkb::Keymap keymap_;
  std::array<std::uint8_t, kKeys> held_{};  // KeyChord::Held that each key is
};

}  // namespace voicestand::desktop
