#include "voicestand/desktop/uinput_sink.h"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>
#include <vector>

#include <linux/input-event-codes.h>

#include "voicestand/base/clock.h"
#include "voicestand/base/utf8.h"

namespace voicestand::desktop {
namespace {

constexpr xkb::Keycode kFirstKeycode = 8;  // the kernel's code 0
constexpr std::chrono::milliseconds kGlance{5};

// Those that a text may need held.
constexpr std::array kModifiers{xkb::kShift, xkb::kLevelThree, xkb::kLevelFive};
// The others make commands of what is typed, or other characters.
constexpr std::array kHeldByHand{KEY_LEFTCTRL, KEY_RIGHTCTRL, KEY_LEFTSHIFT, KEY_RIGHTSHIFT,
                                 KEY_LEFTALT,  KEY_RIGHTALT,  KEY_LEFTMETA,  KEY_RIGHTMETA};

const Clock& clock() {
  static const SteadyClock clock;
  return clock;
}

}  // namespace

Result<std::unique_ptr<UinputSink>> UinputSink::open(const Options& options) {
  auto layout = SessionLayout::find(options.layout);
  if (!layout) return std::unexpected(std::move(layout.error()));
  auto keyboard = UinputKeyboard::plug_in();
  if (!keyboard) return std::unexpected(std::move(keyboard.error()));
  auto hands = InputDevices::open(clock());
  return std::unique_ptr<UinputSink>(
      new UinputSink(options, std::move(*layout), std::move(*keyboard), hands ? std::move(*hands) : nullptr));
}

Result<TextSink::Typed> UinputSink::type(const TypedText& text, const std::optional<std::string>& /*only_into*/) {
  if (layout_.of_display)
    if (auto layout = SessionLayout::find(options_.layout)) layout_ = std::move(*layout);
  keyboard_.wait_for_reader();
  if (auto free = wait_for_hands(); !free) return std::unexpected(std::move(free.error()));
  const bool caps_lock = keyboard_.caps_lock();
  const xkb::Strokes all =
      layout_.keymap.strokes(layout_.group, caps_lock ? xkb::kLock : 0, UinputKeyboard::kLastCode + kFirstKeycode);
  std::vector<xkb::Stroke> strokes;
  for (const char32_t character : text.characters()) {
    const auto found = all.find(character);
    const bool writable = found != all.end() && std::ranges::all_of(kModifiers, [&](xkb::ModifierMask modifier) {
                            return (found->second.held & modifier) == 0 || holder_of(modifier);
                          });
    if (!writable) {
      std::string name;
      append_utf8(name, character);
      return fail(Errc::kUsage, "the keyboard's layout does not have this character", name,
                  caps_lock ? "switch Caps Lock off"
                            : "set type.layout to one that does, or take another way with type.backend");
    }
    strokes.push_back(found->second);
  }
  Result<void> outcome;
  for (const xkb::Stroke& stroke : strokes) {
    const auto code = static_cast<std::uint16_t>(stroke.keycode - kFirstKeycode);
    outcome = hold(stroke.held);
    if (outcome) outcome = keyboard_.move(code, true);
    if (outcome) outcome = keyboard_.move(code, false);
    if (!outcome) break;
  }
  if (auto released = hold(0); !released && outcome) outcome = std::move(released);
  if (!outcome) return std::unexpected(std::move(outcome.error()));
  return Typed{.characters = strokes.size()};
}

Result<void> UinputSink::wait_for_hands() {
  if (!hands_) return {};
  for (const auto until = clock().now() + options_.patience;;) {
    const KeyCodes down = hands_->down();
    if (std::ranges::none_of(kHeldByHand, [&](int code) { return down[static_cast<std::size_t>(code)]; })) return {};
    if (clock().now() >= until)
      return fail(Errc::kIo, "a key such as Ctrl or Shift is held", "uinput", "let go of it, and try again");
    std::this_thread::sleep_for(kGlance);
  }
}

// Exactly these, on our keyboard.
Result<void> UinputSink::hold(xkb::ModifierMask modifiers) {
  for (const xkb::ModifierMask modifier : kModifiers) {
    if (((held_ ^ modifiers) & modifier) == 0) continue;
    const auto key = holder_of(modifier);
    if (!key) continue;
    if (auto moved = keyboard_.move(static_cast<std::uint16_t>(*key - kFirstKeycode), (modifiers & modifier) != 0);
        !moved)
      return moved;
    held_ ^= modifier;
  }
  return {};
}

// AltGr where it is what it says: a text console does not know XKB's own key for it.
std::optional<xkb::Keycode> UinputSink::holder_of(xkb::ModifierMask modifier) const {
  constexpr xkb::Keycode kAltGr = KEY_RIGHTALT + kFirstKeycode;
  if (layout_.keymap.holds(kAltGr, modifier, layout_.group)) return kAltGr;
  const auto key = layout_.keymap.holder_of(modifier, layout_.group);
  return key && *key <= UinputKeyboard::kLastCode + kFirstKeycode ? key : std::nullopt;
}

}  // namespace voicestand::desktop
