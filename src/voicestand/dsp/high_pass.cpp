#include "voicestand/dsp/high_pass.h"

#include <cmath>
#include <numbers>

#include "voicestand/dsp/sample_rate.h"

namespace voicestand::dsp {

// Bilinear transform of 1 / (1 + sqrt(2)/s + 1/s^2) with the corner pre-warped.
HighPass::HighPass() noexcept {
  const double k = std::tan(std::numbers::pi * kCornerHz / kOutputRateHz);
  const double norm = 1 / (1 + std::numbers::sqrt2 * k + k * k);
  b0_ = norm;
  b1_ = -2 * norm;
  b2_ = norm;
  a1_ = 2 * (k * k - 1) * norm;
  a2_ = (1 - std::numbers::sqrt2 * k + k * k) * norm;
}

void HighPass::process(std::span<float> samples) noexcept {
  // A decaying state is cut off far below the last bit of any input, before it becomes denormal and slow.
  const auto audible = [](double state) noexcept { return std::abs(state) < 1e-30 ? 0.0 : state; };
  for (float& sample : samples) {
    const double x = sample;
    const double y = b0_ * x + s1_;
    s1_ = audible(b1_ * x - a1_ * y + s2_);
    s2_ = audible(b2_ * x - a2_ * y);
    sample = static_cast<float>(y);
  }
}

}  // namespace voicestand::dsp
