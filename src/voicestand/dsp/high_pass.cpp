#include "voicestand/dsp/high_pass.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "voicestand/dsp/sample_rate.h"

namespace voicestand::dsp {
namespace {

// Bilinear transform of 1 / (1 + sqrt(2)/s + 1/s^2) with the corner pre-warped.
simd::Biquad butterworth(double corner_hz) noexcept {
  const double k = std::tan(std::numbers::pi * corner_hz / kOutputRateHz);
  const double norm = 1 / (1 + std::numbers::sqrt2 * k + k * k);
  return simd::Biquad::of(norm, -2 * norm, norm, 2 * (k * k - 1) * norm, (1 - std::numbers::sqrt2 * k + k * k) * norm);
}

}  // namespace

HighPass::HighPass(const simd::Kernels& kernels) noexcept
    : kernels_(&kernels.filter), filter_(butterworth(kCornerHz)) {}

void HighPass::process(std::span<float> samples) noexcept {
  if (open_samples_ > 0) samples = samples.subspan(process_open_group(samples));
  const std::size_t groups = samples.size() / simd::Biquad::kGroup;
  kernels_->biquad(filter_, state_, samples.data(), samples.data(), groups);
  samples = samples.subspan(groups * simd::Biquad::kGroup);
  if (!samples.empty()) process_open_group(samples);
}

std::size_t HighPass::process_open_group(std::span<float> samples) noexcept {
  const std::size_t count = std::min(samples.size(), open_group_.size() - open_samples_);
  std::copy_n(samples.data(), count, open_group_.data() + open_samples_);
  simd::Biquad::State after = state_;
  Group filtered;
  kernels_->biquad(filter_, after, open_group_.data(), filtered.data(), 1);
  std::copy_n(filtered.data() + open_samples_, count, samples.data());
  open_samples_ += count;
  if (open_samples_ == open_group_.size()) {
    state_ = after;
    open_group_.fill(0);
    open_samples_ = 0;
  }
  return count;
}

void HighPass::reset() noexcept {
  state_ = {};
  open_group_.fill(0);
  open_samples_ = 0;
}

}  // namespace voicestand::dsp
