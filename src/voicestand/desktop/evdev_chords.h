#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "voicestand/desktop/chord_match.h"
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
  [[nodiscard]] const HeldKeys& held_keys() const noexcept { return held_keys_; }
  // What it is called when these others are down; nothing for what is neither a key nor a mouse's button.
  [[nodiscard]] std::optional<KeyChord> chord_of(std::uint16_t code, KeyCodes down) const;

 private:
  xkb::Keymap keymap_;
  HeldKeys held_keys_{};
};

}  // namespace voicestand::desktop
