#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/desktop/x11_watch.h"
#include "voicestand/lib/x11/connection.h"
#include "voicestand/lib/x11/key_symbols.h"
#include "voicestand/lib/x11/moment.h"
#include "voicestand/lib/xkb/keymap.h"

namespace voicestand::desktop {

// The keys that write characters at an X display: those of the layout in force, and for what it lacks spare ones, which
// are lent a character each. A program reads a key with the symbols that it has when the program comes to it, so a key
// that has been struck keeps its character until reuse() or restore(), and those may be called when all programs have
// come so far. Thread: one at a time. Real-time: no.
class X11Keys {
 public:
  // Both outlive it.
  X11Keys(x11::Connection& connection, X11Watch& watch) noexcept : connection_(&connection), watch_(&watch) {}

  // Whether strokes would write what they say in this moment.
  [[nodiscard]] bool suit(const x11::Moment& moment) const noexcept;
  // Makes them so; nothing is lent then. Errors: kIo.
  [[nodiscard]] Result<void> suit_to(const x11::Moment& moment);

  // Makes ready to strike as many characters from the first on as there are keys for; 0: none until reuse(), or until
  // they are suited again. Errors: kIo, kUsage where the keyboard has no key to spare.
  [[nodiscard]] Result<std::size_t> prepare(std::u32string_view characters);
  // Of a character that is ready.
  [[nodiscard]] xkb::Stroke stroke(char32_t character) const;
  // The key to be down for one of the modifiers of a stroke.
  [[nodiscard]] xkb::Keycode holder_of(xkb::ModifierMask modifier) const noexcept;
  // The key that has this symbol (a keysym) when nothing is held; 0: none.
  [[nodiscard]] xkb::Keycode key_with(std::uint32_t symbol) const;
  // What a key is for the others while it is down; 0: no modifier.
  [[nodiscard]] xkb::ModifierMask modifiers_of(xkb::Keycode key) const noexcept;

  [[nodiscard]] bool lent() const noexcept;
  // Keys that were struck may be lent to other characters.
  void reuse() noexcept;
  // Gives the spare keys back the symbols that they had. Errors: kIo.
  [[nodiscard]] Result<void> restore();

 private:
  struct Spare {
    xkb::Keycode key = 0;
    std::optional<x11::KeySymbols> original{};  // while it is lent
    char32_t character = 0;
    bool struck = false;
  };
  [[nodiscard]] Result<void> find_spare_keys();
  [[nodiscard]] const Spare* spare_of(char32_t character) const noexcept;
  [[nodiscard]] bool in_layout(char32_t character) const;
  [[nodiscard]] x11::KeySymbols writing(char32_t character) const;
  [[nodiscard]] Result<bool> change_symbols(const std::vector<Spare*>& spares, bool to_original);

  x11::Connection* connection_;
  X11Watch* watch_;
  std::optional<xkb::Keymap> keymap_;
  x11::KeyModifiers modifiers_{};
  std::uint32_t group_ = 0;
  xkb::ModifierMask locked_ = 0;
  xkb::Strokes strokes_;
  std::array<xkb::Keycode, 4> holders_{};  // of Shift, the third and the fifth level, Control; 0: there is none
  std::optional<std::vector<Spare>> spares_;
};

}  // namespace voicestand::desktop
