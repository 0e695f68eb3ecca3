#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "voicestand/base/realtime.h"

namespace voicestand::dsp {

// Follows the level that the sound never falls below: the minimum of its smoothed power over the last 2.4 s or so,
// which speech always reaches in its gaps and steady noise never leaves.
// Source: R. Martin, "Noise power spectral density estimation based on optimal smoothing and minimum statistics", 2001,
// here over the whole band.
class NoiseFloor {
 public:
  static constexpr std::size_t kFramesPerSecond = 100;

  // Thread: one. Real-time: yes. The mean square of the next 10 ms.
  void add(float power) noexcept VS_REALTIME;

  // Thread: as add(). Real-time: yes. RMS; nothing until kWarmUpFrames have been heard.
  [[nodiscard]] std::optional<float> dbfs() const noexcept VS_REALTIME;

  // Thread: as add(). Real-time: yes.
  void reset() noexcept VS_REALTIME { *this = NoiseFloor(); }

 private:
  static constexpr std::size_t kWarmUpFrames = kFramesPerSecond / 2;
  static constexpr std::size_t kStretches = 8;
  static constexpr std::size_t kStretchFrames = 3 * kFramesPerSecond / 10;
  static constexpr float kSmoothing = 0.6F;  // the share of the newest frame: a gap of 50 ms counts

  std::size_t frames_ = 0;
  float smoothed_ = 0;
  std::size_t stretch_ = 0;                 // the one being filled
  std::array<float, kStretches> lowest_{};  // the minimum of each, in power; those not yet begun hold the first's
};

}  // namespace voicestand::dsp
