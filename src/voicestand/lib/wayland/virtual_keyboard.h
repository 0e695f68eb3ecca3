#pragma once

#include <cstdint>
#include <string_view>

#include "voicestand/base/result.h"
#include "voicestand/lib/wayland/connection.h"
#include "voicestand/lib/wayland/proxy.h"
#include "voicestand/lib/wayland/seat.h"

namespace voicestand::wayland {

// A keyboard of ours beside those of the seat (virtual-keyboard-unstable-v1), with keys, layouts and modifiers of its
// own. What it is told is sent when its connection next sends. Thread: its connection's. Real-time: no.
class VirtualKeyboard {
 public:
  // What one request takes of the 4096 bytes that a connection sends at once.
  static constexpr std::size_t kKeyBytes = 20;
  static constexpr std::size_t kModifiersBytes = 24;

  // Errors: kServiceMissing where the compositor does not have it or does not permit it, kIo.
  [[nodiscard]] static Result<VirtualKeyboard> create(Connection& connection, const Seat& seat);

  // In XKB's text form; comes before all else. Errors: kIo.
  [[nodiscard]] Result<void> set_keymap(std::string_view text);
  // The modifiers that are held, of the keymap in force, and the layout, counted from 0.
  void set_modifiers(std::uint32_t held, std::uint32_t group) const;
  // Presses and lets go of a key. `code`: the kernel's.
  void strike(std::uint32_t code);

 private:
  explicit VirtualKeyboard(Proxy keyboard) noexcept : keyboard_(std::move(keyboard)) {}
  [[nodiscard]] std::uint32_t next_time();

  Proxy keyboard_;
  std::uint32_t time_ms_ = 0;  // of the last key
};

}  // namespace voicestand::wayland
