#include "voicestand/desktop/activation.h"

namespace voicestand::desktop {

Activation::Command Activation::pressed(Clock::TimePoint at) noexcept {
  pressed_at_ = at;
  began_it_ = !on_;
  on_ = !on_;
  return on_ ? Command::kBegin : Command::kEnd;
}

Activation::Command Activation::released(Clock::TimePoint at) noexcept {
  const bool toggles = config_.mode == Mode::kToggle || config_.mode == Mode::kContinuous ||
                       (config_.mode == Mode::kAutomatic && at - pressed_at_ < config_.tap);
  if (!on_ || !began_it_ || toggles) return Command::kNone;
  on_ = false;
  return Command::kEnd;
}

}  // namespace voicestand::desktop
