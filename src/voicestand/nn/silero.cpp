#include "voicestand/nn/silero.h"

#include <algorithm>
#include <cmath>

namespace voicestand::nn {
namespace {

constexpr float kLoudest = 16;  // 24 dB above full scale: nothing that is audio lies there

float logistic(float x) noexcept {
  return 1.0F / (1.0F + std::exp(-x));
}

float rectified(float x) noexcept {
  return x > 0 ? x : 0;
}

}  // namespace

float Silero::process(std::span<const float, kWindow> window) noexcept {
  // The model sees the context, the window, and the window's last samples once more in reverse.
  std::copy_n(samples_.begin() + kWindow, kContext, samples_.begin());
  float* const heard = samples_.data() + kContext;
  for (std::size_t i = 0; i < kWindow; ++i) {
    const float sample = window[i];
    heard[i] = sample == sample ? std::clamp(sample, -kLoudest, kLoudest) : 0.0F;
  }
  for (std::size_t i = 0; i < kPad; ++i) heard[kWindow + i] = heard[kWindow - 2 - i];

  transform();
  encode();
  remember();
  float sum = output_bias_;
  for (std::size_t i = 0; i < kHidden; ++i) sum += output_[i] * rectified(input_and_hidden_[kHidden + i]);
  return logistic(sum);
}

void Silero::transform() noexcept {
  transform_.apply(samples_.data(), kHop, spectrum_.data(), kBinsPadded);
  for (std::size_t frame = 0; frame < kFrames; ++frame) {
    const float* const real = spectrum_.data() + frame * kBinsPadded;
    const float* const imaginary = real + kBins;
    float* const magnitude = magnitudes_.data() + (frame + 1) * kBins;
    for (std::size_t bin = 0; bin < kBins; ++bin)
      magnitude[bin] = std::sqrt(real[bin] * real[bin] + imaginary[bin] * imaginary[bin]);
  }
}

void Silero::encode() noexcept {
  const auto rectify = [](float* begin, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) begin[i] = rectified(begin[i]);
  };
  convolution_0_.apply(magnitudes_.data(), kBins, encoded_0_.data() + kHidden, kHidden);
  rectify(encoded_0_.data() + kHidden, kFrames * kHidden);
  convolution_1_.apply(encoded_0_.data(), 2 * kHidden, encoded_1_.data(), 64);
  rectify(encoded_1_.data(), encoded_1_.size());
  convolution_2_.apply(encoded_1_.data(), 0, encoded_2_.data(), 0);
  rectify(encoded_2_.data(), encoded_2_.size());
  convolution_3_.apply(encoded_2_.data(), 0, input_and_hidden_.data(), 0);
  rectify(input_and_hidden_.data(), kHidden);
}

void Silero::remember() noexcept {
  gates_.apply(input_and_hidden_.data(), 0, gate_values_.data(), 0);
  const float* const gates = gate_values_.data();
  for (std::size_t i = 0; i < kHidden; ++i) {
    const float let_in = logistic(gates[i]);
    const float keep = logistic(gates[kHidden + i]);
    const float candidate = std::tanh(gates[2 * kHidden + i]);
    const float let_out = logistic(gates[3 * kHidden + i]);
    cell_[i] = keep * cell_[i] + let_in * candidate;
    input_and_hidden_[kHidden + i] = let_out * std::tanh(cell_[i]);
  }
}

void Silero::reset() noexcept {
  input_and_hidden_.fill(0);
  cell_.fill(0);
  samples_.fill(0);
}

}  // namespace voicestand::nn
