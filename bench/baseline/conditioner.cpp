#include "bench/baseline/conditioner.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "voicestand/dsp/conditioner.h"
#include "voicestand/dsp/high_pass.h"
#include "voicestand/dsp/low_pass.h"
#include "voicestand/dsp/sample_rate.h"

namespace voicestand::bench::baseline {

Conditioner::Conditioner(audio::AudioFormat format)
    : channels_(static_cast<std::size_t>(format.channels)),
      down_(static_cast<std::size_t>(format.sample_rate_hz / dsp::kOutputRateHz)) {
  const auto taps = static_cast<std::size_t>(dsp::LowPass::kSupportS * format.sample_rate_hz) + 1;
  const double delay = static_cast<double>(taps - 1) / 2;
  std::vector<double> response(taps);
  for (std::size_t age = 0; age < taps; ++age)
    response[age] = dsp::LowPass::at((static_cast<double>(age) - delay) / format.sample_rate_hz);
  const double sum = std::accumulate(response.begin(), response.end(), 0.0);
  for (std::size_t age = taps; age-- > 0;) taps_.push_back(static_cast<float>(response[age] / sum));
  held_.assign(taps - 1, 0.0F);
  next_ = taps - 1;
  flush_frames_ = static_cast<std::size_t>(std::ceil(delay));

  const double k = std::tan(std::numbers::pi * dsp::HighPass::kCornerHz / dsp::kOutputRateHz);
  b0_ = 1 / (1 + std::numbers::sqrt2 * k + k * k);
  a1_ = 2 * (k * k - 1) * b0_;
  a2_ = (1 - std::numbers::sqrt2 * k + k * k) * b0_;
}

std::vector<float> Conditioner::process(std::span<const float> interleaved) {
  const std::size_t frames = interleaved.size() / channels_;
  for (std::size_t frame = 0; frame < frames; ++frame) {
    float sum = 0;
    for (std::size_t channel = 0; channel < channels_; ++channel) {
      const float sample = interleaved[frame * channels_ + channel];
      sum += std::isfinite(sample)
                 ? std::clamp(sample, -dsp::Conditioner::kMaxMagnitude, dsp::Conditioner::kMaxMagnitude)
                 : 0.0F;
    }
    held_.push_back(sum / static_cast<float>(channels_));
  }
  std::vector<float> out;
  out.reserve(frames / down_ + 1);
  for (; next_ < held_.size(); next_ += down_) {
    const float* const oldest = held_.data() + next_ + 1 - taps_.size();
    float sum = 0;
    for (std::size_t tap = 0; tap < taps_.size(); ++tap) sum += taps_[tap] * oldest[tap];
    out.push_back(sum);
  }
  const std::size_t done = held_.size() - (taps_.size() - 1);
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(done));
  next_ -= done;
  high_pass(out);
  return out;
}

std::vector<float> Conditioner::flush() {
  return process(std::vector<float>(flush_frames_ * channels_, 0.0F));
}

void Conditioner::high_pass(std::vector<float>& samples) {
  for (float& sample : samples) {
    const double x = sample;
    const double y = b0_ * x + s1_;
    s1_ = -2 * b0_ * x - a1_ * y + s2_;
    s2_ = b0_ * x - a2_ * y;
    sample = static_cast<float>(y);
  }
}

}  // namespace voicestand::bench::baseline
