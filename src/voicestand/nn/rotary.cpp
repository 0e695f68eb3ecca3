#include "voicestand/nn/rotary.h"

#include <cmath>

#include "voicestand/nn/moonshine_weights.h"

namespace voicestand::nn {

Rotary::Rotary(Heads heads, std::size_t dimensions, std::size_t positions)
    : heads_(heads), pairs_(dimensions / 2), cosines_(positions * pairs_), sines_(positions * pairs_) {
  for (std::size_t pair = 0; pair < pairs_; ++pair) {
    const double exponent = static_cast<double>(2 * pair) / static_cast<double>(dimensions);
    const double frequency = std::pow(kRotaryBase, -exponent);
    for (std::size_t position = 0; position < positions; ++position) {
      const double angle = static_cast<double>(position) * frequency;
      cosines_[position * pairs_ + pair] = static_cast<float>(std::cos(angle));
      sines_[position * pairs_ + pair] = static_cast<float>(std::sin(angle));
    }
  }
}

void Rotary::turn(const simd::LayerKernels& kernels, float* rows, std::size_t count,
                  std::size_t position) const noexcept {
  for (std::size_t row = 0; row < count; ++row) {
    const std::size_t at = (position + row) * pairs_;
    float* const heads = rows + row * heads_.count * heads_.width;
    for (std::size_t head = 0; head < heads_.count; ++head)
      kernels.rotate_pairs(heads + head * heads_.width, cosines_.data() + at, sines_.data() + at, pairs_);
  }
}

}  // namespace voicestand::nn
