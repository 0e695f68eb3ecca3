#include "voicestand/desktop/x11_text_sink.h"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

#include "voicestand/base/clock.h"
#include "voicestand/base/utf8.h"
#include "voicestand/desktop/terminal_applications.h"
#include "voicestand/lib/x11/moment.h"
#include "voicestand/lib/x11/windows.h"
#include "voicestand/platform/process_turns.h"

namespace voicestand::desktop {
namespace {

using std::chrono::milliseconds;

// So many characters are sent at a time, and no other program gets a word in: see docs/adr/0007-typing.md.
constexpr std::size_t kStretch = 24;
// No window is left further behind than so many: Xlib reads all keys that it has with the symbols that are in force
// when it looks at the first of them.
constexpr std::size_t kMostUnread = 256;
constexpr milliseconds kGlance{5};
// How long a window may take to come to what was typed before its keys are lent to others, or given back, all the same.
constexpr milliseconds kReaderPatience{2'000};
// A window that cannot be asked, nor its process be looked at.
constexpr milliseconds kBlindPause{250};
constexpr int kMostChanges = 50;  // of the layout, before a text is given up

// All but Caps Lock and what is often Num Lock: these stay as they are.
constexpr xkb::ModifierMask kSecondModifier = 1U << 4U;
constexpr xkb::ModifierMask kHeldByHand = 0xFFU & ~(xkb::kLock | kSecondModifier);

Result<void> check_writable(const TypedText& text) {
  for (const char32_t character : text.characters()) {
    const auto keysym = xkb::keysym_of(character);
    if (!keysym) return std::unexpected(keysym.error());
    if (*keysym != 0) continue;
    std::string name;
    append_utf8(name, character);
    return fail(Errc::kUsage, "no key can write this character", name, "leave it out");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<X11TextSink>> X11TextSink::open(const Options& options) {
  auto connection = x11::Connection::open();
  if (!connection) return std::unexpected(std::move(connection.error()));
  return std::unique_ptr<X11TextSink>(new X11TextSink(std::move(*connection), options));
}

X11TextSink::X11TextSink(x11::Connection connection, const Options& options)
    : connection_(std::move(connection)),
      options_(options),
      // Window managers ping too, and so have others of our kind: no two begin with the same number.
      pings_(static_cast<std::uint32_t>(SteadyClock().now().time_since_epoch().count())) {}

Result<std::optional<Window>> X11TextSink::focused() {
  const auto moment = x11::look(connection_);
  if (!moment) return std::unexpected(moment.error());
  const x11::WindowId window = x11::program_window(connection_, moment->focus);
  if (window == 0) return std::nullopt;
  std::string application = x11::class_of(connection_, window);
  const bool terminal = is_terminal(application);
  return Window{.id = std::to_string(window), .application = std::move(application), .terminal = terminal};
}

Result<TextSink::Typed> X11TextSink::type(const TypedText& text, const std::optional<std::string>& only_into) {
  if (auto writable = check_writable(text); !writable) return std::unexpected(std::move(writable.error()));
  Typed typed;
  if (text.characters().empty()) return typed;
  // Where the user's keyboard was the last to be used, its layouts come into force for ours with this key and not in
  // the middle of the text.
  x11::wake_fake_keyboard(connection_);
  Target target{.only = only_into};
  Result<void> outcome = wait_for_hands();
  if (outcome) outcome = type_all(text, target, typed);
  outcome = finish(std::move(outcome), target);
  if (!outcome) return std::unexpected(std::move(outcome.error()));
  return typed;
}

Result<bool> X11TextSink::strike_paste(PasteChord chord, const std::optional<std::string>& only_into) {
  x11::wake_fake_keyboard(connection_);
  Target target{.only = only_into};
  Result<Sent> sent = Sent::kNothingSuits;
  Result<void> outcome = wait_for_hands();
  for (int changes = 0; outcome && sent && *sent == Sent::kNothingSuits; ++changes) {
    if (changes > kMostChanges) outcome = fail(Errc::kIo, "the keyboard's layout changes all the time");
    if (outcome) sent = send_paste(chord, target);
  }
  if (outcome && !sent) outcome = std::unexpected(std::move(sent.error()));
  outcome = finish(std::move(outcome), target);
  if (!outcome) return std::unexpected(std::move(outcome.error()));
  return *sent == Sent::kAll;
}

// Leaves everything as it was found.
Result<void> X11TextSink::finish(Result<void> outcome, Target& target) {
  if (keys_.lent()) {
    wait_for_readers(target);
    if (auto restored = keys_.restore(); !restored && outcome) outcome = std::move(restored);
  }
  if (hands_watched_)
    if (auto pressed = press_again(); !pressed && outcome) outcome = std::move(pressed);
  return outcome ? connection_.sync() : outcome;
}

Result<void> X11TextSink::wait_for_hands() {
  const SteadyClock clock;
  const auto deadline = clock.now() + options_.patience;
  for (;;) {
    const auto moment = x11::look(connection_);
    if (!moment) return std::unexpected(moment.error());
    watch_.read(connection_);
    if (!keys_.suit(*moment))
      if (auto suited = keys_.suit_to(*moment); !suited) return suited;
    bool held = false;
    for (xkb::Keycode key = 0; key < moment->down.size(); ++key) held = held || is_held_by_hand(key, moment->down);
    if (held && clock.now() < deadline) {
      std::this_thread::sleep_for(kGlance);
      continue;
    }
    // Another program may have left one down on the keyboard that we share with it, where it would not go down again.
    for (xkb::Keycode key = 0; key < moment->down.size(); ++key)
      if (!moment->down[key] && (keys_.modifiers_of(key) & kHeldByHand) != 0) x11::fake_key(connection_, key, false);
    return {};
  }
}

bool X11TextSink::is_held_by_hand(xkb::Keycode key, const x11::KeySet& down) const {
  return down[key] && (keys_.modifiers_of(key) & kHeldByHand) != 0;
}

Result<void> X11TextSink::type_all(const TypedText& text, Target& target, Typed& typed) {
  int changes = 0;
  const std::u32string_view all = text.characters();
  while (typed.characters < all.size()) {
    const auto moment = x11::look(connection_);
    if (!moment) return std::unexpected(moment.error());
    watch_.read(connection_);
    if (!keys_.suit(*moment)) {
      if (++changes > kMostChanges) return fail(Errc::kIo, "the keyboard's layout changes all the time");
      if (keys_.lent()) wait_for_readers(target);
      if (auto suited = keys_.suit_to(*moment); !suited) return suited;
    }
    const auto ready = keys_.prepare(all.substr(typed.characters));
    if (!ready) return std::unexpected(ready.error());
    if (*ready == 0) wait_for_readers(target);
    for (std::size_t left = *ready; left > 0;) {
      const std::size_t count = std::min(left, kStretch);
      if (target.unread_characters + count > kMostUnread) wait_for_readers(target);
      const auto stretch = all.substr(typed.characters, count);
      const auto sent = send(count, [&](const x11::KeySet& down) { strike(stretch, down); }, target);
      if (!sent) return std::unexpected(sent.error());
      typed.window_changed = *sent == Sent::kWindowChanged;
      if (typed.window_changed) return {};
      if (*sent == Sent::kNothingSuits) break;
      typed.characters += count;
      left -= count;
    }
  }
  return {};
}

Result<X11TextSink::Sent> X11TextSink::send_paste(PasteChord chord, Target& target) {
  const auto moment = x11::look(connection_);
  if (!moment) return std::unexpected(moment.error());
  watch_.read(connection_);
  if (!keys_.suit(*moment))
    if (auto suited = keys_.suit_to(*moment); !suited) return std::unexpected(std::move(suited.error()));
  constexpr std::u32string_view kLetter = U"v";
  constexpr std::uint32_t kInsert = 0xFF63;  // XK_Insert
  xkb::Keycode key = 0;
  std::vector<xkb::Keycode> holders;
  if (chord == PasteChord::kShiftInsert) {
    key = keys_.key_with(kInsert);
  } else {
    const auto ready = keys_.prepare(kLetter);
    if (!ready) return std::unexpected(ready.error());
    if (*ready == 0) return Sent::kNothingSuits;
    key = keys_.stroke(kLetter.front()).keycode;
    holders.push_back(keys_.holder_of(xkb::kControl));
  }
  if (chord != PasteChord::kControlV) holders.push_back(keys_.holder_of(xkb::kShift));
  if (key == 0 || std::ranges::find(holders, xkb::Keycode{0}) != holders.end())
    return fail(Errc::kIo, "the keyboard lacks the keys for pasting", {}, "choose another way to type");
  return send(1, [&](const x11::KeySet& down) { strike(key, holders, down); }, target);
}

Result<X11TextSink::Sent> X11TextSink::send(std::size_t characters, const Strike& strike, Target& target) {
  // While the others are held nobody can give the keyboard to another window, or change what the keys mean.
  connection_.hold_others();
  const auto moment = x11::look(connection_);
  watch_.read(connection_);
  Sent sent = Sent::kAll;
  Result<void> released;
  if (moment) {
    if (moment->focus != target.focus || target.program == 0) {
      target.focus = moment->focus;
      target.program = x11::program_window(connection_, moment->focus);
    }
    if (target.program == 0 || (target.only && std::to_string(target.program) != *target.only))
      sent = Sent::kWindowChanged;
    else if (!keys_.suit(*moment))
      sent = Sent::kNothingSuits;
    else
      released = release_hands(moment->down);
    if (sent == Sent::kAll && released) strike(moment->down);
  }
  connection_.release_others();
  if (!moment) return std::unexpected(moment.error());
  if (!released) return std::unexpected(std::move(released.error()));
  if (target.program == 0 && !target.only)
    return fail(Errc::kIo, "no window has the keyboard", {}, "click into one first");
  if (sent != Sent::kAll) return sent;
  target.unread_characters += characters;
  if (std::ranges::find(target.unread, target.program) == target.unread.end()) target.unread.push_back(target.program);
  return sent;
}

Result<void> X11TextSink::release_hands(const x11::KeySet& down) {
  bool any = false;
  for (xkb::Keycode key = 0; key < down.size(); ++key) any = any || is_held_by_hand(key, down);
  if (!any) return {};
  const auto held = x11::held_keys(connection_);
  if (!held) return std::unexpected(held.error());
  if (!hands_watched_) {
    connection_.watch_devices(true);
    watch_.releases.fill(0);
    own_releases_.fill(0);
    hands_watched_ = true;
  }
  for (const x11::HeldKey& key : *held) {
    if (key.key >= down.size() || !is_held_by_hand(key.key, down)) continue;
    x11::fake_key(connection_, key, false);
    ++own_releases_[key.key];
    released_.push_back(key);
  }
  return {};
}

void X11TextSink::strike(std::u32string_view characters, const x11::KeySet& down) {
  x11::KeySet up = ~down;
  constexpr std::array kModifiers{xkb::kShift, xkb::kLevelThree, xkb::kLevelFive};
  xkb::ModifierMask held = 0;
  const auto hold = [&](xkb::ModifierMask wanted) {
    for (const xkb::ModifierMask modifier : kModifiers) {
      if (((held ^ wanted) & modifier) == 0) continue;
      const xkb::Keycode key = keys_.holder_of(modifier);
      if ((wanted & modifier) != 0)
        x11::fake_key(connection_, key, true);
      else
        release(key);
    }
    held = wanted;
  };
  for (const char32_t character : characters) {
    const xkb::Stroke stroke = keys_.stroke(character);
    hold(stroke.held);
    if (!up[stroke.keycode]) release(stroke.keycode);  // the user is at it
    x11::fake_key(connection_, stroke.keycode, true);
    release(stroke.keycode);
    up[stroke.keycode] = true;
  }
  hold(0);
}

void X11TextSink::strike(xkb::Keycode key, const std::vector<xkb::Keycode>& holders, const x11::KeySet& down) {
  for (const xkb::Keycode holder : holders) x11::fake_key(connection_, holder, true);
  if (down[key]) release(key);  // the user is at it
  x11::fake_key(connection_, key, true);
  release(key);
  for (const xkb::Keycode holder : holders) release(holder);
}

void X11TextSink::release(xkb::Keycode key) {
  x11::fake_key(connection_, key, false);
  ++own_releases_[key];
}

Result<void> X11TextSink::press_again() {
  connection_.hold_others();
  const auto moment = x11::look(connection_);
  watch_.read(connection_);
  const auto let_go = [&](const x11::HeldKey& key) { return watch_.releases[key.key] != own_releases_[key.key]; };
  std::vector<x11::HeldKey> pressed;
  if (moment) {
    for (const x11::HeldKey& key : std::exchange(released_, {})) {
      if (let_go(key)) continue;
      x11::fake_key(connection_, key, true);
      pressed.push_back(key);
    }
  }
  connection_.release_others();
  auto done = connection_.sync();
  watch_.read(connection_);
  for (const x11::HeldKey& key : pressed)
    if (let_go(key)) x11::fake_key(connection_, key, false);  // in that very moment
  connection_.watch_devices(false);
  hands_watched_ = false;
  return done;
}

void X11TextSink::wait_for_readers(Target& target) {
  for (const x11::WindowId window : std::exchange(target.unread, {})) wait_for(window);
  target.unread_characters = 0;
  keys_.reuse();
}

void X11TextSink::wait_for(x11::WindowId window) {
  const SteadyClock clock;
  const auto deadline = clock.now() + kReaderPatience;
  if (x11::takes_pings(connection_, window).value_or(false)) {
    const std::uint32_t number = ++pings_;
    connection_.watch_pongs(true);
    connection_.ping(window, number);
    connection_.flush();
    for (watch_.read(connection_); watch_.pong != number && clock.now() < deadline; watch_.read(connection_))
      connection_.wait(kGlance);
    connection_.watch_pongs(false);
    return;
  }
  const auto process = x11::process_of(connection_, window);
  if (!process) return std::this_thread::sleep_for(kBlindPause);
  // Keys are with a process as soon as they are sent: when it sleeps, and has not been woken for a while, it has come
  // to all of them.
  constexpr int kRestful = 3;
  auto before = platform::process_turns(*process);
  for (int restful = 0; restful < kRestful && clock.now() < deadline;) {
    std::this_thread::sleep_for(kGlance);
    const auto now = platform::process_turns(*process);
    if (!now) return;  // it is gone
    restful = now->waits && before && *now == *before ? restful + 1 : 0;
    before = now;
  }
}

}  // namespace voicestand::desktop
