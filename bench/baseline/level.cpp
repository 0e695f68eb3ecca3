#include "bench/baseline/level.h"

#include <algorithm>
#include <cmath>

#include "voicestand/dsp/decibel.h"

namespace voicestand::bench::baseline {
namespace {

using Rules = dsp::LevelNormaliser;
constexpr float kFrameS = 0.01F;
constexpr float kCeiling = 0.9F;
constexpr float kRelease = 1.00288F;

}  // namespace

Level measure_level(std::span<const float> samples) {
  float peak = 0;
  double energy = 0;
  for (const float sample : samples) {
    peak = std::max(peak, std::abs(sample));
    energy += static_cast<double>(sample) * sample;
  }
  const double mean = samples.empty() ? 0 : energy / static_cast<double>(samples.size());
  return {.peak_dbfs = dsp::dbfs_of(peak), .rms_dbfs = dsp::dbfs_of(static_cast<float>(std::sqrt(mean)))};
}

Normaliser::Normaliser() : factor_(dsp::factor_of_db(Rules::kStartGainDb)) {}

std::vector<float> Normaliser::process(std::span<const float> in) {
  std::vector<float> out;
  out.reserve(in.size());
  for (const float sample : in) {
    frame_.push_back(sample);
    factor_ += step_;
    limit_ = std::min(1.0F, limit_ * kRelease);
    const float magnitude = std::abs(sample);
    if (magnitude * factor_ * limit_ > kCeiling)
      limit_ = std::min(limit_, std::max(1.0F, kCeiling / magnitude) / factor_);
    out.push_back(std::clamp(sample * std::max(1.0F, factor_ * limit_), -1.0F, 1.0F));
    if (frame_.size() == kFrame) end_frame();
  }
  return out;
}

void Normaliser::end_frame() {
  float peak = 0;
  float energy = 0;
  for (const float sample : frame_) {
    peak = std::max(peak, std::abs(sample));
    energy += sample * sample;
  }
  frame_.clear();
  peaks_[frames_++ % peaks_.size()] = peak;
  floor_.add(energy / kFrame);

  auto sorted = peaks_;
  std::ranges::sort(sorted);
  const float by_peak = Rules::kPeakDbfs - dsp::dbfs_of(sorted[1]);
  peak_allows_db_ =
      std::clamp(std::min(peak_allows_db_ + Rules::kRiseDbPerS * kFrameS, by_peak), 0.0F, Rules::kMaxGainDb);
  if (const auto floor_dbfs = floor_.dbfs()) {
    const float wanted = std::clamp(Rules::kFloorDbfs - *floor_dbfs, 0.0F, Rules::kMaxGainDb);
    floor_allows_db_ = std::clamp(wanted, floor_allows_db_ - Rules::kFloorFallDbPerS * kFrameS,
                                  floor_allows_db_ + Rules::kRiseDbPerS * kFrameS);
  }
  step_ = (dsp::factor_of_db(std::min(peak_allows_db_, floor_allows_db_)) - factor_) / kFrame;
}

}  // namespace voicestand::bench::baseline
