#include "voicestand/desktop/chord_match.h"

#include <algorithm>

namespace voicestand::desktop {

using Kind = InputDevices::Event::Kind;

std::uint8_t held_by(const HeldKeys& keys, const KeyCodes& down) noexcept {
  std::uint8_t held = 0;
  for (std::size_t code = 0; code < keys.size(); ++code)
    if (down[code]) held = static_cast<std::uint8_t>(held | keys.at(code));
  return held;
}

std::vector<ChordMatch::Move> ChordMatch::take(const InputDevices::Event& event) {
  std::vector<Move> moves;
  auto device = std::ranges::find(devices_, event.device, &Device::number);
  const bool known = device != devices_.end();
  if (!known) device = devices_.insert(devices_.end(), {.number = event.device, .down = event.down});
  if (event.kind == Kind::kKey) {
    event.pressed ? press(*device, event.code, event.at, moves) : release(*device, event.code, event.at, moves);
    return moves;
  }
  // Of a device that has just come nobody knows since when its keys are down.
  const KeyCodes changed = device->down ^ event.down;
  for (std::size_t at = 0; at < changed.size(); ++at)
    if (changed[at] && !event.down[at]) release(*device, static_cast<std::uint16_t>(at), event.at, moves);
  for (std::size_t at = 0; at < changed.size(); ++at)
    if (changed[at] && event.down[at]) press(*device, static_cast<std::uint16_t>(at), event.at, moves);
  if (event.kind == Kind::kGone) devices_.erase(device);
  return moves;
}

void ChordMatch::press(Device& device, std::uint16_t code, Clock::TimePoint at, std::vector<Move>& moves) {
  if (device.down[code]) return;
  device.down[code] = true;
  KeyCodes others;
  for (const Device& each : devices_) others |= each.down;
  others[code] = false;
  const std::uint8_t held = held_by(held_keys_, others);
  for (std::size_t chord = 0; chord < chords_.size(); ++chord) {
    const auto& codes = chords_[chord].codes;
    if (pressed_[chord].device != 0 || chords_[chord].held != held) continue;
    if (std::ranges::find(codes, code) == codes.end()) continue;
    pressed_[chord] = {.device = device.number, .code = code};
    moves.push_back({.chord = chord, .pressed = true, .at = at});
  }
}

void ChordMatch::release(Device& device, std::uint16_t code, Clock::TimePoint at, std::vector<Move>& moves) {
  device.down[code] = false;
  for (std::size_t chord = 0; chord < chords_.size(); ++chord) {
    Pressed& its = pressed_[chord];
    if (its.device != device.number || its.code != code) continue;
    its = {};
    moves.push_back({.chord = chord, .pressed = false, .at = at});
  }
}

}  // namespace voicestand::desktop
