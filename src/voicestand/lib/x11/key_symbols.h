#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/lib/x11/connection.h"
#include "voicestand/lib/xkb/keymap.h"

namespace voicestand::x11 {

// What one key writes in each layout and with each modifier, in the words of XKB's protocol: it can be put back as it
// was, to the bit.
class KeySymbols {
 public:
  // One that writes a character in all layouts, when nothing is held and Caps Lock is as it is said to be.
  [[nodiscard]] static KeySymbols writing(std::uint32_t keysym, bool caps_lock);

  [[nodiscard]] bool empty() const;
  friend bool operator==(const KeySymbols&, const KeySymbols&) = default;

  // Those of all keys from `first` to `last`. Thread: the connection's. Real-time: no. Errors: kIo.
  [[nodiscard]] static Result<std::vector<KeySymbols>> read(Connection& connection, xkb::Keycode first,
                                                            xkb::Keycode last);
  // Gives them to the keys from `first` on, with one message to all programs. Thread: the connection's. Real-time: no;
  // returns when the server has them. Errors: kIo.
  [[nodiscard]] static Result<void> write(Connection& connection, xkb::Keycode first,
                                          std::span<const KeySymbols> symbols);

 private:
  std::vector<std::byte> bytes_;  // KEYSYMMAP
};

}  // namespace voicestand::x11
