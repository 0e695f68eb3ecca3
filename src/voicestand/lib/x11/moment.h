#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>

#include "voicestand/base/result.h"
#include "voicestand/lib/x11/connection.h"
#include "voicestand/lib/xkb/keymap.h"

namespace voicestand::x11 {

inline constexpr std::size_t kKeycodes = 256;
using KeySet = std::bitset<kKeycodes>;
// Which modifiers each key is.
using KeyModifiers = std::array<xkb::ModifierMask, kKeycodes>;

// What keys that are struck now would do.
struct Moment {
  WindowId focus = 0;       // has the keyboard; 0: none has
  std::uint32_t group = 0;  // the layout in force
  xkb::ModifierMask locked = 0;
  KeySet down;  // of all the keyboards
};

// Thread: the connection's. Real-time: no, one journey to the server and back. Errors: kIo.
[[nodiscard]] Result<Moment> look(Connection& connection);

// Thread: the connection's. Real-time: no. Errors: kIo.
[[nodiscard]] Result<KeyModifiers> key_modifiers(Connection& connection);
// The layouts of the keyboard. Errors: kIo, kServiceMissing.
[[nodiscard]] Result<xkb::Keymap> keymap(Connection& connection);

// Has a key pressed or released as if on a keyboard of its own (XTEST's). Thread: the connection's. Real-time: no;
// done with the next flush. Returns the request's number.
std::uint32_t fake_key(Connection& connection, xkb::Keycode key, bool press);
// The same of a key that there is not: nobody is told, but the layouts of that keyboard are those in force from then
// on.
void wake_fake_keyboard(Connection& connection);

}  // namespace voicestand::x11
