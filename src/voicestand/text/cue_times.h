#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace voicestand::text {

// Seconds as they come from anywhere: not a number counts as 0, and a year is the longest.
[[nodiscard]] constexpr double bounded_s(double seconds) noexcept {
  constexpr double kLongest = 3600.0 * 24 * 365;
  return seconds != seconds ? 0 : std::clamp(seconds, 0.0, kLongest);
}

// Gives cues their times in whole milliseconds: in order, without overlaps, each at least 1 ms long.
class CueTimes {
 public:
  // Thread: one. Real-time: yes. Start and end of the next cue.
  std::pair<std::chrono::milliseconds, std::chrono::milliseconds> next(double start_s, double end_s) noexcept {
    const std::chrono::milliseconds start = std::max(rounded(start_s), last_end_);
    last_end_ = std::max(rounded(end_s), start + std::chrono::milliseconds(1));
    return {start, last_end_};
  }

 private:
  static std::chrono::milliseconds rounded(double seconds) noexcept {
    return std::chrono::milliseconds(std::llround(bounded_s(seconds) * 1000));
  }

  std::chrono::milliseconds last_end_{0};
};

}  // namespace voicestand::text
