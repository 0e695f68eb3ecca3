#include "voicestand/desktop/x11_chords.h"

#include <algorithm>
#include <array>
#include <utility>

#include <linux/input-event-codes.h>

namespace voicestand::desktop {
namespace {

constexpr std::uint32_t kNumLockSymbol = 0xFF7F;
constexpr std::uint32_t kScrollLockSymbol = 0xFF14;
constexpr std::uint32_t kF13 = 0xFFCA;
constexpr std::uint32_t kF24 = 0xFFD5;
constexpr xkb::Keycode kF13Key = KEY_F13 + 8;  // and the others after it

struct Pair {
  KeyChord::Held held;
  xkb::ModifierMask modifier;
};
// As every keyboard under X11 has them.
constexpr std::array kPairs{Pair{KeyChord::kShift, xkb::kShift}, Pair{KeyChord::kControl, 1U << 2U},
                            Pair{KeyChord::kAlt, 1U << 3U}, Pair{KeyChord::kSuper, 1U << 6U}};

xkb::ModifierMask mask_of(std::uint8_t held) {
  xkb::ModifierMask mask = 0;
  for (const Pair& pair : kPairs)
    if ((held & pair.held) != 0) mask |= pair.modifier;
  return mask;
}

}  // namespace

X11Chords::X11Chords(xkb::Keymap keymap, const x11::KeyModifiers& modifiers)
    : keymap_(std::move(keymap)), modifiers_(modifiers) {
  for (const std::uint32_t symbol : {kNumLockSymbol, kScrollLockSymbol})
    for (const xkb::Keycode key : keymap_.keys_with(symbol))
      if (key < modifiers_.size()) locks_ |= modifiers_[key];
}

Result<X11Chords> X11Chords::read(x11::Connection& connection) {
  auto keymap = x11::keymap(connection);
  if (!keymap) return std::unexpected(std::move(keymap.error()));
  const auto modifiers = x11::key_modifiers(connection);
  if (!modifiers) return std::unexpected(modifiers.error());
  return X11Chords(std::move(*keymap), *modifiers);
}

std::vector<x11::Grip> X11Chords::grips_of(const KeyChord& chord) const {
  std::vector<std::uint32_t> details{chord.number};
  if (chord.kind == KeyChord::Kind::kSymbol) {
    details = keymap_.keys_with(chord.number);
    // F13 to F24 stand on keys that most layouts give other symbols.
    if (details.empty() && chord.number >= kF13 && chord.number <= kF24) details = {kF13Key + chord.number - kF13};
    if (details.empty()) {
      const auto american = xkb::Keymap::named("us", "");
      if (american) details = american->keys_with(chord.number);
    }
  }
  std::vector<x11::Grip> grips;
  for (const std::uint32_t detail : details) {
    if (detail >= x11::kKeycodes) continue;
    // Each set of locks, down to none.
    for (xkb::ModifierMask locked = locks_;; locked = (locked - 1) & locks_) {
      grips.push_back({.button = chord.kind == KeyChord::Kind::kButton,
                       .detail = detail,
                       .modifiers = mask_of(chord.held) | locked});
      if (locked == 0) break;
    }
  }
  return grips;
}

std::uint8_t X11Chords::held(const x11::KeySet& down) const {
  xkb::ModifierMask mask = 0;
  for (std::size_t key = 0; key < down.size(); ++key)
    if (down[key]) mask |= modifiers_[key];
  std::uint8_t held = 0;
  for (const Pair& pair : kPairs)
    if ((mask & pair.modifier) != 0) held = static_cast<std::uint8_t>(held | pair.held);
  return held;
}

KeyChord X11Chords::chord_of(xkb::Keycode key, const x11::KeySet& down) const {
  x11::KeySet others = down;
  if (key < others.size()) others[key] = false;
  return KeyChord::of_key(keymap_.symbol_of(key), key, held(others));
}

KeyChord X11Chords::chord_of_button(std::uint32_t button, const x11::KeySet& down) const {
  return {.kind = KeyChord::Kind::kButton, .number = button, .held = held(down)};
}

}  // namespace voicestand::desktop
