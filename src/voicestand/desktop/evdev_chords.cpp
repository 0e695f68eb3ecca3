#include "voicestand/desktop/evdev_chords.h"

#include <array>
#include <cstddef>
#include <utility>

namespace voicestand::desktop {
namespace {

constexpr xkb::Keycode kFirstKeycode = 8;  // the kernel's code 0
constexpr std::uint32_t kF13 = 0xFFCA;
constexpr std::uint32_t kF24 = 0xFFD5;
// As X11 counts the buttons from the side ones on; 4 to 7 are the wheel.
constexpr std::uint32_t kFirstSideButton = 8;

struct HeldSymbols {
  KeyChord::Held held;
  std::uint32_t first;  // keysyms
  std::uint32_t last;
};
constexpr std::array kHeldSymbols{HeldSymbols{KeyChord::kShift, 0xFFE1, 0xFFE2},
                                  HeldSymbols{KeyChord::kControl, 0xFFE3, 0xFFE4},
                                  HeldSymbols{KeyChord::kAlt, 0xFFE7, 0xFFEA},  // Meta too, which is on the same keys
                                  HeldSymbols{KeyChord::kSuper, 0xFFEB, 0xFFEC}};

std::uint16_t code_of_button(std::uint32_t button) {
  switch (button) {
    case 1:
      return BTN_LEFT;
    case 2:
      return BTN_MIDDLE;
    case 3:
      return BTN_RIGHT;
    default:
      break;
  }
  const std::uint32_t code = BTN_SIDE + button - kFirstSideButton;
  return button >= kFirstSideButton && code <= BTN_TASK ? static_cast<std::uint16_t>(code) : 0;
}

}  // namespace

EvdevChords::EvdevChords(xkb::Keymap keymap) : keymap_(std::move(keymap)) {
  for (std::size_t code = 0; code < held_keys_.size(); ++code) {
    const std::uint32_t symbol = keymap_.symbol_of(static_cast<xkb::Keycode>(code) + kFirstKeycode);
    for (const HeldSymbols& its : kHeldSymbols)
      if (symbol >= its.first && symbol <= its.last) held_keys_.at(code) = its.held;
  }
}

std::vector<std::uint16_t> EvdevChords::codes_of(const KeyChord& chord) const {
  std::vector<std::uint16_t> codes;
  if (chord.kind == KeyChord::Kind::kButton) {
    if (const std::uint16_t code = code_of_button(chord.number); code != 0) codes.push_back(code);
    return codes;
  }
  std::vector<xkb::Keycode> keys{chord.number};
  if (chord.kind == KeyChord::Kind::kSymbol) {
    keys = keymap_.keys_with(chord.number);
    // F13 to F24 stand on keys that most layouts give other symbols.
    if (keys.empty() && chord.number >= kF13 && chord.number <= kF24)
      keys = {KEY_F13 + kFirstKeycode + chord.number - kF13};
    if (keys.empty())
      if (const auto american = xkb::Keymap::named("us", "")) keys = american->keys_with(chord.number);
  }
  for (const xkb::Keycode key : keys)
    if (key >= kFirstKeycode && key - kFirstKeycode < held_keys_.size())
      codes.push_back(static_cast<std::uint16_t>(key - kFirstKeycode));
  return codes;
}

std::optional<KeyChord> EvdevChords::chord_of(std::uint16_t code, KeyCodes down) const {
  down[code] = false;
  constexpr std::uint32_t kMostButtons = 13;
  for (std::uint32_t button = 1; button < kMostButtons; ++button)
    if (code_of_button(button) == code)
      return KeyChord{.kind = KeyChord::Kind::kButton, .number = button, .held = held_by(held_keys_, down)};
  if (code >= held_keys_.size()) return std::nullopt;
  const xkb::Keycode key = code + kFirstKeycode;
  return KeyChord::of_key(keymap_.symbol_of(key), key, held_by(held_keys_, down));
}

}  // namespace voicestand::desktop
