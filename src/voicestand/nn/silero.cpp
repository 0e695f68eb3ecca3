#include "voicestand/nn/silero.h"

#include <algorithm>
#include <cmath>

namespace voicestand::nn {

float Silero::process(std::span<const float, kWindow> window) noexcept {
  // The model sees the context, the window, and the window's last samples once more in reverse.
  std::copy_n(samples_.begin() + kWindow, kContext, samples_.begin());
  float* const heard = samples_.data() + kContext;
  kernels_->convert.f32(window.data(), 1, kWindow, 1.0F, heard);
  for (std::size_t i = 0; i < kPad; ++i) heard[kWindow + i] = heard[kWindow - 2 - i];

  for (std::size_t frame = 0; frame < kFrames; ++frame)
    transform_.magnitude(samples_.data() + frame * kHop, magnitudes_.data() + (frame + 1) * kBins);
  encode();
  remember();
  std::array<float, kHidden> rectified;
  std::transform(input_and_hidden_.begin() + kHidden, input_and_hidden_.end(), rectified.begin(),
                 [](float x) { return std::max(x, 0.0F); });
  const float sum = kernels_->filter.dot(output_.data(), rectified.data(), kHidden) + output_bias_;
  return 1.0F / (1.0F + std::exp(-sum));
}

void Silero::encode() noexcept {
  convolution_0_.apply(kernels_->network, magnitudes_.data(), kBins, encoded_0_.data() + kHidden, kHidden);
  convolution_1_.apply(kernels_->network, encoded_0_.data(), 2 * kHidden, encoded_1_.data(), 64);
  convolution_2_.apply(kernels_->network, encoded_1_.data(), 0, encoded_2_.data(), 0);
  convolution_3_.apply(kernels_->network, encoded_2_.data(), 0, input_and_hidden_.data(), 0);
}

void Silero::remember() noexcept {
  gates_.apply(kernels_->network, input_and_hidden_.data(), 0, gate_values_.data(), 0);
  kernels_->network.lstm_cell(gate_values_.data(), cell_.data(), input_and_hidden_.data() + kHidden, kHidden);
}

void Silero::reset() noexcept {
  input_and_hidden_.fill(0);
  cell_.fill(0);
  samples_.fill(0);
}

}  // namespace voicestand::nn
