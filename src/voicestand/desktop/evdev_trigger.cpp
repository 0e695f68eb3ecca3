#include "voicestand/desktop/evdev_trigger.h"

#include <utility>

#include "voicestand/desktop/session_layout.h"

namespace voicestand::desktop {

Result<std::unique_ptr<EvdevTrigger>> EvdevTrigger::open(std::vector<Binding> bindings, const LayoutNames& layout,
                                                         const Clock& clock) {
  auto devices = InputDevices::open(clock);
  if (!devices) return std::unexpected(std::move(devices.error()));
  auto session = SessionLayout::find(layout);
  if (!session) return std::unexpected(std::move(session.error()));
  const EvdevChords chords(std::move(session->keymap));
  std::vector<std::string> ids;
  std::vector<ChordMatch::Chord> wanted;
  for (Binding& binding : bindings) {
    wanted.push_back({.codes = chords.codes_of(binding.chord), .held = binding.chord.held});
    if (wanted.back().codes.empty())
      return fail(Errc::kUsage, "the keyboard has no such key", binding.chord.text(),
                  "choose another; 'voicestand keys' shows what a key is called");
    ids.push_back(std::move(binding.id));
  }
  return std::unique_ptr<EvdevTrigger>(
      new EvdevTrigger(std::move(*devices), std::move(ids), ChordMatch(std::move(wanted), chords.held_keys())));
}

Result<std::vector<TriggerEvent>> EvdevTrigger::read() {
  std::vector<TriggerEvent> events;
  for (const InputDevices::Event& event : devices_->read())
    for (const ChordMatch::Move& move : match_.take(event))
      events.push_back({.kind = move.pressed ? TriggerEvent::Kind::kPressed : TriggerEvent::Kind::kReleased,
                        .id = ids_[move.chord],
                        .at = move.at});
  return events;
}

}  // namespace voicestand::desktop
