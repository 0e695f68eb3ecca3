#include "voicestand/desktop/x11_trigger.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "voicestand/lib/x11/moment.h"

namespace voicestand::desktop {

using Kind = x11::Event::Kind;

namespace {
constexpr std::uint32_t kAllModifiers = 0xFF;  // above are the mouse's buttons and the layout
}

Result<std::unique_ptr<X11Trigger>> X11Trigger::open(std::vector<Binding> bindings, const Clock& clock) {
  auto connection = x11::Connection::open();
  if (!connection) return std::unexpected(std::move(connection.error()));
  std::unique_ptr<X11Trigger> trigger(new X11Trigger(std::move(*connection), clock));
  for (Binding& binding : bindings) trigger->grabbed_.push_back({.binding = std::move(binding)});
  trigger->connection_.watch_devices(true);
  if (auto grabbed = trigger->grab_all(); !grabbed) return std::unexpected(std::move(grabbed.error()));
  return trigger;
}

Result<void> X11Trigger::grab_all() {
  keymap_changed_ = false;
  auto chords = X11Chords::read(connection_);
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
  x11::give_back(connection_, std::exchange(grabbed.grips, {}));
  if (wanted.empty())
    return fail(Errc::kUsage, "the keyboard has no such key", grabbed.binding.chord.text(),
                "choose another; 'voicestand keys' shows what a key is called");
  if (!x11::take(connection_, wanted))
    return fail(Errc::kDeviceMissing, "another program has taken this hot-key", grabbed.binding.chord.text(),
                "choose another, or free it there");
  grabbed.grips = std::move(wanted);
  return {};
}

Result<std::vector<TriggerEvent>> X11Trigger::read() {
  std::vector<TriggerEvent> events;
  for (;;) {
    while (const auto event = connection_.next_event()) take_in(*event, events);
    if (!keymap_changed_) break;
    // What comes with its answers is taken in by the next turn.
    if (auto grabbed = grab_all(); !grabbed) failure_ = std::move(grabbed.error());
  }
  connection_.flush();
  if (connection_.lost()) failure_ = x11::Connection::gone();
  if (events.empty() && failure_) return std::unexpected(*std::exchange(failure_, std::nullopt));
  return events;
}

void X11Trigger::take_in(const x11::Event& event, std::vector<TriggerEvent>& events) {
  if (event.kind == Kind::kKeymap) keymap_changed_ = true;
  const bool button = event.kind == Kind::kButtonPress || event.kind == Kind::kButtonRelease;
  for (Grabbed& grabbed : grabbed_) {
    const bool its = grabbed.down == event.detail && grabbed.down != 0 && grabbed.is_button() == button;
    switch (event.kind) {
      case Kind::kKeyPress:
      case Kind::kButtonPress:
        press(grabbed, event, events);
        break;
      case Kind::kButtonRelease:
        if (its) tell(grabbed, TriggerEvent::Kind::kReleased, event, events);
        break;
      case Kind::kKeyRelease:
        // The grab has come to its end: by us, or before that by the user.
        if (its && event.after_request != grabbed.own_release)
          tell(grabbed, TriggerEvent::Kind::kReleased, event, events);
        break;
      case Kind::kRawKeyRelease:
      case Kind::kRawKeyPress:  // of a key that must have come up unheard
        if (its && event.device == grabbed.device) tell(grabbed, TriggerEvent::Kind::kReleased, event, events);
        break;
      default:
        break;
    }
  }
  if (event.kind == Kind::kRawKeyPress && event.detail < pressers_.size()) pressers_[event.detail] = event.device;
}

void X11Trigger::press(Grabbed& grabbed, const x11::Event& event, std::vector<TriggerEvent>& events) {
  const bool button = event.kind == Kind::kButtonPress;
  const x11::Grip grip{.button = button, .detail = event.detail, .modifiers = event.modifiers & kAllModifiers};
  if (grabbed.down != 0 || std::ranges::find(grabbed.grips, grip) == grabbed.grips.end()) return;
  tell(grabbed, TriggerEvent::Kind::kPressed, event, events);
  grabbed.down = event.detail;
  if (button) return;  // the mouse is ours until it is let go of: nobody types with it
  // With the key up again for the others the grab is at an end, it does not repeat, and they are not told when the user
  // lets go of it: that is heard from the device.
  grabbed.device = event.detail < pressers_.size() ? pressers_[event.detail] : std::uint16_t{0};
  grabbed.own_release = x11::fake_key(connection_, event.detail, false);
  // What is told after the answer to this is not our doing.
  if (!connection_.sync()) failure_ = x11::Connection::gone();
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
