#include "voicestand/dsp/level_normaliser.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "voicestand/dsp/decibel.h"

namespace voicestand::dsp {
namespace {

constexpr float kFrameS = 1.0F / NoiseFloor::kFramesPerSecond;
constexpr float kCeiling = 0.9F;
// The limiting of a click is over in 100 ms: 0.4 dB a millisecond.
constexpr float kLimitRelease = 1.00288F;

}  // namespace

void LevelNormaliser::process(std::span<const float> in, std::span<float> out) noexcept {
  const std::size_t count = std::min(in.size(), out.size());
  for (std::size_t i = 0; i < count; ++i) {
    const float sample = in[i];
    frame_peak_ = std::max(frame_peak_, std::abs(sample));
    frame_energy_ += sample * sample;
    factor_ += factor_step_;
    out[i] = limited(sample);
    if (++frame_at_ == kFrameSamples) end_frame();
  }
}

float LevelNormaliser::limited(float sample) noexcept {
  limit_ = std::min(1.0F, limit_ * kLimitRelease);
  const float magnitude = std::abs(sample);
  if (magnitude * factor_ * limit_ > kCeiling) {
    const float allowed = std::max(1.0F, kCeiling / magnitude);
    limit_ = std::min(limit_, allowed / factor_);
  }
  return std::clamp(sample * std::max(1.0F, factor_ * limit_), -1.0F, 1.0F);
}

void LevelNormaliser::end_frame() noexcept {
  recent_peaks_[frames_++ % kSustainFrames] = frame_peak_;
  floor_.add(frame_energy_ / kFrameSamples);
  frame_at_ = 0;
  frame_peak_ = 0;
  frame_energy_ = 0;

  // The level that all recent frames but one have reached: a click reaches it in no more than two of four.
  std::array<float, kSustainFrames> sorted = recent_peaks_;
  std::sort(sorted.begin(), sorted.end());
  const float sustained_dbfs = dbfs_of(sorted[1]);
  peak_allows_db_ = std::min(peak_allows_db_ + kRiseDbPerS * kFrameS, kPeakDbfs - sustained_dbfs);
  peak_allows_db_ = std::clamp(peak_allows_db_, 0.0F, kMaxGainDb);

  if (const std::optional<float> floor_dbfs = floor_.dbfs()) {
    const float wanted_db = std::clamp(kFloorDbfs - *floor_dbfs, 0.0F, kMaxGainDb);
    floor_allows_db_ =
        std::clamp(wanted_db, floor_allows_db_ - kFloorFallDbPerS * kFrameS, floor_allows_db_ + kRiseDbPerS * kFrameS);
  }

  gain_db_ = std::min(peak_allows_db_, floor_allows_db_);
  factor_step_ = (factor_of_db(gain_db_) - factor_) / kFrameSamples;
}

}  // namespace voicestand::dsp
