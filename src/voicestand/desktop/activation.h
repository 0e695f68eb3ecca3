#pragma once

#include <chrono>
#include <cstdint>

#include "voicestand/base/clock.h"

namespace voicestand::desktop {

// How the key that one talks by is used.
enum class Mode : std::uint8_t {
  kAutomatic,   // held: as kHold; tapped: as kToggle
  kHold,        // one talks while it is down
  kToggle,      // one press begins, the next ends
  kContinuous,  // likewise; each thing said is typed when a pause shows that it has been said
};

// Turns the key's presses and releases into beginnings and ends of dictations. Passive: no thread, no clock of its own.
// Thread: one at a time. Real-time: no.
class Activation {
 public:
  struct Config {
    Mode mode = Mode::kAutomatic;
    std::chrono::milliseconds tap{250};  // held for less, a press is a tap
  };
  enum class Command : std::uint8_t { kNone, kBegin, kEnd };

  explicit Activation(const Config& config) noexcept : config_(config) {}

  [[nodiscard]] Command pressed(Clock::TimePoint at) noexcept;
  [[nodiscard]] Command released(Clock::TimePoint at) noexcept;
  [[nodiscard]] bool on() const noexcept { return on_; }
  // By other means than the key: a command, the cancel key, the longest duration.
  void begun_otherwise() noexcept { on_ = true; }
  void ended_otherwise() noexcept { on_ = false; }

 private:
  Config config_;
  bool on_ = false;
  bool began_it_ = false;  // the press that is being held
  Clock::TimePoint pressed_at_{};
};

}  // namespace voicestand::desktop
