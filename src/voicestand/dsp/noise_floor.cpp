#include "voicestand/dsp/noise_floor.h"

#include <algorithm>
#include <cmath>

#include "voicestand/dsp/decibel.h"

namespace voicestand::dsp {

void NoiseFloor::add(float power) noexcept {
  smoothed_ = frames_ == 0 ? power : smoothed_ + kSmoothing * (power - smoothed_);
  if (frames_ == 0) lowest_.fill(smoothed_);
  if (frames_ > 0 && frames_ % kStretchFrames == 0) {
    stretch_ = (stretch_ + 1) % kStretches;
    lowest_[stretch_] = smoothed_;
  }
  lowest_[stretch_] = std::min(lowest_[stretch_], smoothed_);
  ++frames_;
}

std::optional<float> NoiseFloor::dbfs() const noexcept {
  if (frames_ < kWarmUpFrames) return std::nullopt;
  return dbfs_of(std::sqrt(*std::min_element(lowest_.begin(), lowest_.end())));
}

}  // namespace voicestand::dsp
