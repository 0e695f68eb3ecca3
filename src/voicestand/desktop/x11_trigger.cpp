#include "voicestand/desktop/x11_trigger.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include <sys/epoll.h>

#include "voicestand/lib/x11/moment.h"

namespace voicestand::desktop {

using Kind = x11::Event::Kind;

namespace {
constexpr std::uint32_t kAllModifiers = 0xFF;  // above are the mouse's buttons and the layout
}

Result<std::unique_ptr<X11Trigger>> X11Trigger::open(std::vector<Binding> bindings, const Clock& clock) {
  auto grabs = x11::Connection::open();
  if (!grabs) return std::unexpected(std::move(grabs.error()));
  auto devices = x11::Connection::open();
  if (!devices) return std::unexpected(std::move(devices.error()));
  posix::UniqueFd readable(::epoll_create1(EPOLL_CLOEXEC));
  for (const int fd : {grabs->fd(), devices->fd()}) {
    epoll_event wanted{.events = EPOLLIN, .data = {.fd = fd}};
    if (!readable || ::epoll_ctl(readable.get(), EPOLL_CTL_ADD, fd, &wanted) != 0)
      return fail(Errc::kIo, std::strerror(errno), "epoll", "raise the limit on open files");
  }
  std::unique_ptr<X11Trigger> trigger(
      new X11Trigger(std::move(*grabs), std::move(*devices), std::move(readable), clock));
  for (Binding& binding : bindings) trigger->grabbed_.push_back({.binding = std::move(binding)});
  trigger->devices_.watch_devices(true);
  if (!trigger->devices_.sync()) return std::unexpected(x11::Connection::gone());
  if (auto grabbed = trigger->grab_all(); !grabbed) return std::unexpected(std::move(grabbed.error()));
  return trigger;
}

Result<void> X11Trigger::grab_all() {
  keymap_changed_ = false;
  auto chords = X11Chords::read(grabs_);
  if (!chords) return std::unexpected(std::move(chords.error()));
  chords_.emplace(std::move(*chords));
  Result<void> outcome;
  for (Grabbed& grabbed : grabbed_)
    if (auto taken = grab(grabbed); !taken && outcome) outcome = std::move(taken);
  return outcome;
}

Result<void> X11Trigger::grab(Grabbed& grabbed) {
  std::vector<x11::Grip> wanted = chords_->grips_of(grabbed.binding.chord);
  if (wanted == grabbed.grips && !wanted.empty()) return {};
  x11::give_back(grabs_, std::exchange(grabbed.grips, {}));
  if (wanted.empty())
    return fail(Errc::kUsage, "the keyboard has no such key", grabbed.binding.chord.text(),
                "choose another; 'voicestand keys' shows what a key is called");
  if (!x11::take(grabs_, wanted))
    return fail(Errc::kDeviceMissing, "another program has taken this hot-key", grabbed.binding.chord.text(),
                "choose another, or free it there");
  grabbed.grips = std::move(wanted);
  return {};
}

Result<std::vector<TriggerEvent>> X11Trigger::read() {
  std::vector<TriggerEvent> events;
  std::vector<x11::Event> moves;
  for (;;) {
    hear_grabs(events);
    if (keymap_changed_)
      if (auto grabbed = grab_all(); !grabbed) failure_ = std::move(grabbed.error());
    // What a device did to make a chord has been told by now, and the other way round.
    if (!key_presses_.empty() && !devices_.sync()) failure_ = x11::Connection::gone();
    hear_devices(moves);
    if (moves.empty()) break;
    if (!grabs_.sync()) failure_ = x11::Connection::gone();
    hear_grabs(events);
    for (const x11::Event& move : std::exchange(moves, {})) take_in(move, events);
  }
  key_presses_.clear();  // of keys that repeat
  if (grabs_.lost() || devices_.lost()) failure_ = x11::Connection::gone();
  if (events.empty() && failure_) return std::unexpected(*std::exchange(failure_, std::nullopt));
  return events;
}

void X11Trigger::hear_grabs(std::vector<TriggerEvent>& events) {
  while (const auto event = grabs_.next_event()) {
    if (event->kind == Kind::kKeymap) keymap_changed_ = true;
    if (event->kind == Kind::kKeyPress) key_presses_.push_back(*event);
    for (Grabbed& grabbed : grabbed_) {
      if (event->kind == Kind::kButtonPress) press(grabbed, *event, events);
      const bool up = event->kind == Kind::kButtonRelease && grabbed.is_button() && grabbed.down == event->detail;
      if (up) tell(grabbed, TriggerEvent::Kind::kReleased, *event, events);
    }
  }
}

void X11Trigger::hear_devices(std::vector<x11::Event>& moves) {
  while (const auto event = devices_.next_event())
    if (event->kind == Kind::kRawKeyPress || event->kind == Kind::kRawKeyRelease) moves.push_back(*event);
}

void X11Trigger::take_in(const x11::Event& move, std::vector<TriggerEvent>& events) {
  if (move.kind == Kind::kRawKeyRelease) {
    for (Grabbed& grabbed : grabbed_) {
      const bool its = !grabbed.is_button() && grabbed.down == move.detail && grabbed.device == move.device;
      if (its && move.after_request != grabbed.own_release) tell(grabbed, TriggerEvent::Kind::kReleased, move, events);
    }
    return;
  }
  const auto chord = std::ranges::find_if(
      key_presses_, [&](const x11::Event& each) { return each.detail == move.detail && each.time_ms == move.time_ms; });
  if (chord == key_presses_.end()) return;
  x11::Event event = *chord;
  event.device = move.device;
  key_presses_.erase(chord);
  for (Grabbed& grabbed : grabbed_) press(grabbed, event, events);
}

void X11Trigger::press(Grabbed& grabbed, const x11::Event& event, std::vector<TriggerEvent>& events) {
  const bool button = event.kind == Kind::kButtonPress;
  const x11::Grip grip{.button = button, .detail = event.detail, .modifiers = event.modifiers & kAllModifiers};
  if (grabbed.down != 0 || std::ranges::find(grabbed.grips, grip) == grabbed.grips.end()) return;
  tell(grabbed, TriggerEvent::Kind::kPressed, event, events);
  grabbed.down = event.detail;
  grabbed.device = event.device;
  if (button) return;  // the mouse is ours until it is let go of: nobody types with it
  // With the key up again for the others the grab is at an end, it does not repeat, and they are not told when the user
  // lets go of it: that is heard from the device.
  grabbed.own_release = x11::fake_key(devices_, event.detail, false);
  // What is told after the answer to this is not our doing.
  if (!devices_.sync()) failure_ = x11::Connection::gone();
}

void X11Trigger::tell(Grabbed& grabbed, TriggerEvent::Kind kind, const x11::Event& event,
                      std::vector<TriggerEvent>& events) {
  grabbed.down = 0;
  events.push_back({.kind = kind, .id = grabbed.binding.id, .at = time_of(event)});
}

// A server of this machine counts the milliseconds of the monotonic clock; another one's are of no use here.
Clock::TimePoint X11Trigger::time_of(const x11::Event& event) const noexcept {
  const auto now = clock_->now();
  const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  const std::chrono::milliseconds age(static_cast<std::uint32_t>(now_ms) - event.time_ms);
  constexpr std::chrono::seconds kOldest{10};
  return age <= kOldest ? now - age : now;
}

}  // namespace voicestand::desktop
