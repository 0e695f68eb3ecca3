#include "voicestand/desktop/virtual_keyboard_sink.h"

#include <algorithm>
#include <utility>

#include "voicestand/desktop/terminal_applications.h"

namespace voicestand::desktop {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kFirstKeycode = 8;  // the kernel's code 0

// Where the seat had no keyboard, each window asks for its keys when it hears of ours, and gets none that were struck
// before. Nothing tells when it has.
constexpr std::chrono::milliseconds kFirstKeyboard{150};

// The characters that are sent at once, in one piece that the compositor reads whole: nothing else that it does, such
// as giving the focus to another window, comes between them.
constexpr std::size_t kStretch = 48;
// At least so long apart. A window that does not read is cut off by its compositor when too much has been written to
// it: no more than so many characters go out in one burst, and after that as many a second.
constexpr std::chrono::milliseconds kStretchTime{2};
constexpr std::chrono::milliseconds kCharacterTime{1};
constexpr std::chrono::milliseconds kBurst{1'000};
static_assert(kStretch * (wayland::VirtualKeyboard::kModifiersBytes + 2 * wayland::VirtualKeyboard::kKeyBytes) < 4'000);

}  // namespace

Result<std::unique_ptr<VirtualKeyboardSink>> VirtualKeyboardSink::create() {
  auto connection = wayland::Connection::open();
  if (!connection) return std::unexpected(std::move(connection.error()));
  auto seat = wayland::Seat::bind(**connection, std::string(xkb::kExtensionMark));
  if (!seat) return std::unexpected(std::move(seat.error()));
  auto toplevels = wayland::ToplevelList::bind(**connection);
  const bool first = !(*seat)->has_keyboard();
  auto keyboard = wayland::VirtualKeyboard::create(**connection, **seat);
  if (!keyboard) return std::unexpected(std::move(keyboard.error()));
  const Clock::time_point ready_at = Clock::now() + (first ? kFirstKeyboard : std::chrono::milliseconds(0));
  // A compositor that had no keyboard gives ours its layout; and it tells of its windows.
  if (auto settled = (*connection)->settle(); !settled) return std::unexpected(std::move(settled.error()));
  auto layout = TypingLayout::of((*seat)->keymap());
  if (!layout) return std::unexpected(std::move(layout.error()));
  auto listener = wayland::IdleListener::start(**connection);
  if (!listener) return std::unexpected(std::move(listener.error()));
  const auto pause = (*listener)->pause();  // until all is in its place
  return std::unique_ptr<VirtualKeyboardSink>(
      new VirtualKeyboardSink(std::move(*connection), std::move(*seat), std::move(toplevels), std::move(*keyboard),
                              std::move(*layout), ready_at, std::move(*listener)));
}

Result<std::optional<Window>> VirtualKeyboardSink::focused() {
  const auto pause = listener_->pause();
  return window_with_focus();
}

Result<std::optional<Window>> VirtualKeyboardSink::window_with_focus() {
  if (auto settled = connection_->settle(); !settled) return std::unexpected(std::move(settled.error()));
  const auto* const active = toplevels_ ? toplevels_->active() : nullptr;
  if (active == nullptr) return std::nullopt;
  return Window{.id = std::to_string(active->number),
                .application = active->application,
                .terminal = is_terminal(active->application)};
}

Result<TextSink::Typed> VirtualKeyboardSink::type(const TypedText& text, const std::optional<std::string>& only_into) {
  const auto pause = listener_->pause();
  if (auto can = layout_.check(text.characters()); !can) return std::unexpected(std::move(can.error()));
  std::optional<std::uint32_t> window;
  if (only_into) {
    const auto now = window_with_focus();
    if (!now) return std::unexpected(now.error());
    if (!*now || (*now)->id != *only_into) return Typed{.window_changed = true};
    window = toplevels_->active()->number;
    toplevels_->watch(*window);
  }
  auto typed = type_all(text.characters(), window);
  // Also where it failed half-way; of two errors the first is told.
  auto back = put_layout_back();
  if (back && window && toplevels_->has_lost()) back = put_focus_back(*window);
  if (typed && !back) return std::unexpected(std::move(back.error()));
  return typed;
}

Result<bool> VirtualKeyboardSink::strike_paste(PasteChord chord, const std::optional<std::string>& only_into) {
  const auto pause = listener_->pause();
  if (auto waited = connection_->listen_until(next_at_); !waited) return std::unexpected(std::move(waited.error()));
  if (auto settled = connection_->settle(); !settled) return std::unexpected(std::move(settled.error()));
  if (auto followed = follow_layout(); !followed) return std::unexpected(std::move(followed.error()));
  constexpr std::u32string_view kLetter = U"v";
  if (auto made = make_keys_for(kLetter); !made) return std::unexpected(std::move(made.error()));
  const auto window = window_with_focus();
  if (!window) return std::unexpected(window.error());
  if (only_into && (!*window || (*window)->id != *only_into)) return false;
  const auto key = layout_.key_for(kLetter.front());
  if (!key) return fail(Errc::kIo, "no key writes the letter of the keys for pasting");
  const xkb::ModifierMask shift = chord == PasteChord::kControlV ? 0 : xkb::kShift;
  if (only_into) toplevels_->activate(toplevels_->active()->number, *seat_);
  keyboard_.set_modifiers(key->stroke.held | xkb::kControl | shift, key->group);
  keyboard_.strike(key->stroke.keycode - kFirstKeycode);
  keyboard_.set_modifiers(0, 0);
  if (auto back = put_layout_back(); !back) return std::unexpected(std::move(back.error()));
  return true;
}

Result<TextSink::Typed> VirtualKeyboardSink::type_all(std::u32string_view characters,
                                                      std::optional<std::uint32_t> only_into) {
  Typed typed;
  while (typed.characters < characters.size()) {
    const std::u32string_view rest = characters.substr(typed.characters);
    if (auto waited = connection_->listen_until(next_at_); !waited) return std::unexpected(std::move(waited.error()));
    if (auto settled = connection_->settle_promptly(); !settled) return std::unexpected(std::move(settled.error()));
    if (auto followed = follow_layout(); !followed) return std::unexpected(std::move(followed.error()));
    if (auto made = make_keys_for(rest); !made) return std::unexpected(std::move(made.error()));
    if (only_into && toplevels_->has_lost()) {
      typed.window_changed = true;
      break;
    }
    const auto struck = strike_some(rest, only_into);
    if (!struck) return std::unexpected(struck.error());
    typed.characters += *struck;
  }
  return typed;
}

// Another keymap than ours has come: the user has another layout now, or types on another keyboard, or the compositor
// has given our keyboard the session's layout once more. It does not say which.
Result<void> VirtualKeyboardSink::follow_layout() {
  if (seat_->keymaps() == keymaps_) return {};
  keymaps_ = seat_->keymaps();
  const bool other = seat_->keymap() != layout_.keymap();
  if (!other && in_force_ != InForce::kExtended) return {};
  in_force_ = InForce::kUnknown;
  if (!other) return {};
  auto layout = TypingLayout::of(seat_->keymap());
  if (!layout) return std::unexpected(std::move(layout.error()));
  layout_ = std::move(*layout);
  return {};
}

Result<void> VirtualKeyboardSink::make_keys_for(std::u32string_view characters) {
  if (in_force_ != InForce::kUnknown && layout_.key_for(characters.front())) return {};
  const auto extended = layout_.add(characters);
  if (!extended) return std::unexpected(extended.error());
  if (auto set = keyboard_.set_keymap(*extended ? **extended : layout_.keymap()); !set) return set;
  in_force_ = *extended ? InForce::kExtended : InForce::kLayout;
  return connection_->settle();
}

// The modifiers are set for each key anew, with the key in the same piece: the layout that a user switches to on all
// keyboards is not the one that ours writes with.
//
// So is the focus: the window may have lost it since it was last heard of. Then it gets it back for these characters,
// which can be put right when it is heard of, while what another window has been given cannot.
Result<std::size_t> VirtualKeyboardSink::strike_some(std::u32string_view characters,
                                                     std::optional<std::uint32_t> only_into) {
  if (only_into) toplevels_->activate(*only_into, *seat_);
  keyboard_.set_modifiers(0, 0);
  std::size_t struck = 0;
  for (; struck < characters.size() && struck < kStretch; ++struck) {
    const auto key = layout_.key_for(characters[struck]);
    if (!key) break;
    keyboard_.set_modifiers(key->stroke.held, key->group);
    keyboard_.strike(key->stroke.keycode - kFirstKeycode);
  }
  keyboard_.set_modifiers(0, 0);
  if (auto sent = connection_->send(); !sent) return std::unexpected(std::move(sent.error()));
  const auto now = Clock::now();
  read_by_ = std::max(read_by_, now) + struck * kCharacterTime;
  next_at_ = std::max(now + kStretchTime, read_by_ - kBurst);
  return struck;
}

Result<void> VirtualKeyboardSink::put_layout_back() {
  if (in_force_ == InForce::kExtended) {
    if (auto set = keyboard_.set_keymap(layout_.keymap()); !set) return set;
    layout_.drop_added();
    in_force_ = InForce::kLayout;
  }
  auto settled = connection_->settle();
  keymaps_ = seat_->keymaps();
  return settled;
}

// Where it has been taken from a window that the user had given it to.
Result<void> VirtualKeyboardSink::put_focus_back(std::uint32_t from) {
  const auto* const active = toplevels_->active();
  if (active == nullptr || active->number != from || toplevels_->taken_by() == 0) return {};
  toplevels_->activate(toplevels_->taken_by(), *seat_);
  return connection_->settle();
}

}  // namespace voicestand::desktop
