#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "voicestand/desktop/input_devices.h"

namespace voicestand::desktop {

// Which of KeyChord::Held each of the codes is that XKB and X11 have too.
using HeldKeys = std::array<std::uint8_t, 248>;

// What is held when these are down. Thread: any. Real-time: yes.
[[nodiscard]] std::uint8_t held_by(const HeldKeys& keys, const KeyCodes& down) noexcept;

// Finds chords in what input devices do: a chord is pressed when one of its keys goes down while exactly what it asks
// for is held, on whichever keyboards, and released when that key comes up or its keyboard goes. Thread: one at a time.
// Real-time: no.
class ChordMatch {
 public:
  struct Chord {
    std::vector<std::uint16_t> codes;
    std::uint8_t held = 0;  // KeyChord::Held
  };
  struct Move {
    std::size_t chord = 0;  // counted as they were given
    bool pressed = false;
    Clock::TimePoint at{};
  };

  ChordMatch(std::vector<Chord> chords, const HeldKeys& held_keys)
      : chords_(std::move(chords)), pressed_(chords_.size()), held_keys_(held_keys) {}

  [[nodiscard]] std::vector<Move> take(const InputDevices::Event& event);

 private:
  struct Device {
    std::uint32_t number = 0;
    KeyCodes down;
  };
  struct Pressed {
    std::uint32_t device = 0;  // 0: it is not
    std::uint16_t code = 0;
  };

  void press(Device& device, std::uint16_t code, Clock::TimePoint at, std::vector<Move>& moves);
  void release(Device& device, std::uint16_t code, Clock::TimePoint at, std::vector<Move>& moves);

  std::vector<Chord> chords_;
  std::vector<Pressed> pressed_;  // of each chord
  HeldKeys held_keys_;
  std::vector<Device> devices_;
};

}  // namespace voicestand::desktop
