#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "voicestand/lib/x11/connection.h"
#include "voicestand/lib/xkb/keymap.h"

// Keys and buttons that come to one program alone, whatever has the focus. Thread: the connection's. Real-time: no,
// one journey to the server and back.
namespace voicestand::x11 {

// One of them, and the modifiers with which it is meant, locked ones included.
struct Grip {
  bool button = false;
  std::uint32_t detail = 0;  // keycode or button
  xkb::ModifierMask modifiers = 0;
  friend bool operator==(const Grip&, const Grip&) = default;
};

// Takes them all or none: false where another program has one of them.
[[nodiscard]] bool take(Connection& connection, std::span<const Grip> grips);
void give_back(Connection& connection, std::span<const Grip> grips);

// Those of the keys that no other program has taken, whatever the modifiers.
[[nodiscard]] std::vector<xkb::Keycode> not_taken(Connection& connection, std::span<const xkb::Keycode> keys);

}  // namespace voicestand::x11
