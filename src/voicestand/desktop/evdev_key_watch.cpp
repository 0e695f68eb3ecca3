#include "voicestand/desktop/evdev_key_watch.h"

#include <utility>

#include "voicestand/desktop/session_layout.h"

namespace voicestand::desktop {

using Kind = InputDevices::Event::Kind;

Result<std::unique_ptr<EvdevKeyWatch>> EvdevKeyWatch::open(const LayoutNames& layout, const Clock& clock) {
  auto devices = InputDevices::open(clock);
  if (!devices) return std::unexpected(std::move(devices.error()));
  auto session = SessionLayout::find(layout);
  if (!session) return std::unexpected(std::move(session.error()));
  return std::unique_ptr<EvdevKeyWatch>(
      new EvdevKeyWatch(std::move(*devices), EvdevChords(std::move(session->keymap))));
}

Result<std::vector<std::string>> EvdevKeyWatch::read() {
  std::vector<std::string> names;
  for (const InputDevices::Event& event : devices_->read()) {
    if (event.kind != Kind::kKey) {
      down_ = devices_->down();
      continue;
    }
    down_[event.code] = event.pressed;
    if (!event.pressed) continue;
    if (const auto chord = chords_.chord_of(event.code, down_)) names.push_back(chord->text());
  }
  return names;
}

}  // namespace voicestand::desktop
