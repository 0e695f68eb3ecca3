#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "voicestand/base/result.h"

struct xkb_context;
struct xkb_keymap;

namespace voicestand::xkb {

// Thread: any. Real-time: no. Whether libxkbcommon is there. Errors: kServiceMissing.
[[nodiscard]] Result<void> check_library();

using Keycode = std::uint32_t;  // XKB's: the kernel's code (linux/input-event-codes.h) + 8
inline constexpr Keycode kLastKeycode = 0xFFFF'FFFE;
using ModifierMask = std::uint32_t;  // of the real modifiers, one bit each in X11's order
inline constexpr ModifierMask kShift = 1U << 0U;
inline constexpr ModifierMask kLock = 1U << 1U;
inline constexpr ModifierMask kControl = 1U << 2U;
inline constexpr ModifierMask kLevelFive = 1U << 5U;   // Mod3, where a layout has a fifth level
inline constexpr ModifierMask kLevelThree = 1U << 7U;  // Mod5, AltGr

// A key, and the modifiers that are held while it is struck.
struct Stroke {
  Keycode keycode = 0;
  ModifierMask held = 0;
  friend bool operator==(const Stroke&, const Stroke&) = default;
};
// How to write each character that a layout has. The Return key writes '\n', the Tab key '\t'.
using Strokes = std::unordered_map<char32_t, Stroke>;

// A keyboard's layouts, compiled. Thread: one at a time. Real-time: no.
class Keymap {
 public:
  // `text`: in the text format of version 1 (wl_keyboard.keymap). Errors: kBadData, kServiceMissing.
  [[nodiscard]] static Result<Keymap> parse(std::string_view text);
  // By the names of XKB's rules, such as "us,de" and "nodeadkeys"; empty: the system's defaults. Errors: kNotFound
  // where there is no such layout, kServiceMissing.
  [[nodiscard]] static Result<Keymap> named(const std::string& layouts, const std::string& variants);
  // Takes over one that another library (xkbcommon-x11) has made.
  [[nodiscard]] static Result<Keymap> adopt(xkb_keymap* keymap);

  Keymap(Keymap&& other) noexcept;
  Keymap& operator=(Keymap&& other) noexcept;
  ~Keymap();

  // How to write with one of its layouts, counted from 0, while the modifiers `locked` (Caps Lock, Num Lock) are on:
  // what a window would read from the keys up to `last`, dead keys and the number pad left out. Each character by the
  // fewest held modifiers.
  [[nodiscard]] Strokes strokes(std::uint32_t group, ModifierMask locked, Keycode last = kLastKeycode) const;
  // The first key that holds exactly this one modifier while it is down, and locks nothing.
  [[nodiscard]] std::optional<Keycode> holder_of(ModifierMask modifier, std::uint32_t group) const;
  // Whether this one does.
  [[nodiscard]] bool holds(Keycode key, ModifierMask modifier, std::uint32_t group) const;
  // The keys that may be given any symbol: whatever a window makes of their codes alone, it is neither Escape nor
  // Backspace, no modifier, and nothing that edits. Those that no layout gives a symbol come first.
  [[nodiscard]] std::vector<Keycode> spare_keys() const;

  // The keys that have a symbol (a keysym) when nothing is held, in whichever layout; the first layout's come first.
  [[nodiscard]] std::vector<Keycode> keys_with(std::uint32_t symbol) const;
  // What a key has in the first layout when nothing is held; 0: nothing.
  [[nodiscard]] std::uint32_t symbol_of(Keycode key) const;

  [[nodiscard]] std::uint32_t groups() const;
  // In the text format of version 1.
  [[nodiscard]] std::string text() const;
  // The name between < and > that its text calls a key; empty: it has none.
  [[nodiscard]] std::string name_of(Keycode key) const;

 private:
  explicit Keymap(xkb_keymap* keymap) noexcept : keymap_(keymap) {}
  xkb_keymap* keymap_;  // owned
};

// The keysym of a character, 0 where it has none. Thread: any. Real-time: no. Errors: kServiceMissing.
[[nodiscard]] Result<std::uint32_t> keysym_of(char32_t character);

}  // namespace voicestand::xkb
