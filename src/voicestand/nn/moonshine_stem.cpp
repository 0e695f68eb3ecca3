#include "voicestand/nn/moonshine_stem.h"

#include <algorithm>
#include <cmath>

namespace voicestand::nn {
namespace {

// Frames of the second and of the third convolution that are made at once: `stop` is looked at in between.
constexpr std::size_t kBlock = 128;

// Numbers of a window of the third convolution that stay apart from its bytes.
constexpr std::size_t kApart = 8;

std::size_t windows(std::size_t length, std::size_t taps, std::size_t stride) noexcept {
  return length < taps ? 0 : (length - taps) / stride + 1;
}

// `count` windows of frames that lie one behind the other.
ByteBlock::Rows windows_of(const Convolution& convolution, const float* frames, std::size_t count) noexcept {
  const std::size_t inputs = convolution.linear.weights.inputs;
  return {.x = frames, .width = inputs, .stride = convolution.stride * (inputs / convolution.taps), .count = count};
}

// What a convolution gives where every frame holds `channels`.
std::vector<double> convolved(const Convolution& convolution, std::span<const float> channels) {
  const simd::ByteWeights& weights = convolution.linear.weights;
  std::vector<double> sums(weights.outputs);
  for (std::size_t input = 0; input < weights.inputs; ++input) {
    const double value = channels[input % channels.size()];
    const double zero = weights.zero + static_cast<double>(weights.zero_fraction);
    const std::uint8_t* const bytes = weights.bytes + input * weights.outputs;
    for (std::size_t output = 0; output < weights.outputs; ++output)
      sums[output] += value * (bytes[output] - zero) * weights.scale;
  }
  return sums;
}

}  // namespace

MoonshineStem::MoonshineStem(const EncoderWeights& weights, const simd::Kernels& kernels)
    : weights_(&weights),
      kernels_(&kernels),
      second_of_weight_(convolved(weights.second, weights.group_weight)),
      second_of_bias_(convolved(weights.second, weights.group_bias)),
      block_({.rows = kBlock,
              .width = std::max(weights.second.linear.weights.inputs, weights.third.linear.weights.inputs),
              .apart = kApart},
             kernels) {}

std::size_t MoonshineStem::wave_frames_of(std::size_t samples) const noexcept {
  return windows(samples, weights_->wave_taps, weights_->wave_stride);
}

std::size_t MoonshineStem::frames_of(std::size_t samples) const noexcept {
  const std::size_t second = windows(wave_frames_of(samples), weights_->second.taps, weights_->second.stride);
  return windows(second, weights_->third.taps, weights_->third.stride);
}

FrameTiming MoonshineStem::timing() const noexcept {
  const Convolution& second = weights_->second;
  const Convolution& third = weights_->third;
  const std::size_t second_stride = weights_->wave_stride * second.stride;
  const std::size_t stride = second_stride * third.stride;
  const std::size_t heard =
      weights_->wave_taps + (second.taps - 1) * weights_->wave_stride + (third.taps - 1) * second_stride;
  return {.first = (std::max(heard, stride) - stride) / 2, .samples = stride};
}

void MoonshineStem::place(Arena& arena, std::size_t most_samples) {
  const Convolution& second = weights_->second;
  const std::size_t second_outputs = second.linear.weights.outputs;
  // With what is left over behind the last window.
  const std::size_t waves = (kBlock - 1) * second.stride + second.taps + second.stride - 1;
  second_ = arena.take<float>(windows(wave_frames_of(most_samples), second.taps, second.stride) * second_outputs);
  heard_ = arena.take<float>((waves - 1) * weights_->wave_stride + weights_->wave_taps);
  waves_ = arena.take<float>(waves * weights_->wave_channels);
  sums_ = arena.take<float>(2 * weights_->wave_channels);
  offset_ = arena.take<float>(second_outputs);
  block_.place(arena);
}

bool MoonshineStem::run(std::span<const float> samples, float* frames, const std::atomic<bool>& stop) noexcept {
  const Convolution& second = weights_->second;
  const Convolution& third = weights_->third;
  const std::size_t channels = weights_->wave_channels;
  const std::size_t second_outputs = second.linear.weights.outputs;
  const std::size_t wave_count = wave_frames_of(samples.size());
  const std::size_t second_count = windows(wave_count, second.taps, second.stride);
  const std::size_t third_count = windows(second_count, third.taps, third.stride);
  if (third_count == 0) return true;

  Sums sums;
  std::size_t heard = 0;  // frames of the first convolution that have been made
  for (std::size_t begin = 0; begin < second_count; begin += kBlock) {
    if (stop.load(std::memory_order_relaxed)) return false;
    const std::size_t count = std::min(kBlock, second_count - begin);
    const std::size_t first = begin * second.stride;
    const std::size_t end =
        begin + count == second_count ? wave_count : first + (count - 1) * second.stride + second.taps;
    // The windows of one block reach into the next.
    const std::size_t kept = heard - first;
    if (begin > 0) std::copy_n(waves_ + kBlock * second.stride * channels, kept * channels, waves_);
    make_waves(samples.data() + heard * weights_->wave_stride, waves_ + kept * channels, end - heard, sums);
    heard = end;
    block_.take(windows_of(second, waves_, count));
    block_.multiply(0, count, second.linear, nullptr, simd::Finish::kStore, second_ + begin * second_outputs);
  }
  normalise(sums, static_cast<double>(wave_count) * static_cast<double>(channels));

  std::size_t finished = 0;
  for (std::size_t begin = 0; begin < third_count; begin += kBlock) {
    if (stop.load(std::memory_order_relaxed)) return false;
    const std::size_t count = std::min(kBlock, third_count - begin);
    const std::size_t end = (begin + count - 1) * third.stride + third.taps;
    finish_second(second_ + finished * second_outputs, end - finished);
    finished = end;
    block_.take_apart(windows_of(third, second_ + begin * third.stride * second_outputs, count), nullptr);
    block_.multiply(0, count, third.linear, third.linear.bias_or_null(), simd::Finish::kGelu,
                    frames + begin * weights_->width);
  }
  return true;
}

void MoonshineStem::make_waves(const float* samples, float* waves, std::size_t count, Sums& sums) noexcept {
  const std::size_t channels = weights_->wave_channels;
  kernels_->convert.f32(samples, 1, (count - 1) * weights_->wave_stride + weights_->wave_taps, 1.0F, heard_);
  kernels_->product.multiply({.a = heard_,
                              .a_stride = weights_->wave_stride,
                              .b = weights_->wave.data(),
                              .b_stride = channels,
                              .c = waves,
                              .c_stride = channels,
                              .rows = count,
                              .inner = weights_->wave_taps,
                              .columns = channels,
                              .factor = 1});
  kernels_->layer.tanh(waves, count * channels, waves);

  float* const values = sums_;
  float* const squares = sums_ + channels;
  const float* const weight = weights_->group_weight.data();
  std::fill_n(sums_, 2 * channels, 0.0F);
  for (float* row = waves; row != waves + count * channels; row += channels) {
    for (std::size_t channel = 0; channel < channels; ++channel) {
      const float x = row[channel];
      values[channel] += x;
      squares[channel] += x * x;
      row[channel] = x * weight[channel];
    }
  }
  for (std::size_t channel = 0; channel < channels; ++channel) {
    sums.values += values[channel];
    sums.squares += squares[channel];
  }
}

void MoonshineStem::normalise(const Sums& sums, double count) noexcept {
  constexpr double kEpsilon = 1e-5;
  const double mean = sums.values / count;
  const double variance = std::max(sums.squares / count - mean * mean, 0.0);
  const double factor = 1 / std::sqrt(variance + kEpsilon);
  factor_ = static_cast<float>(factor);
  const std::vector<float>& bias = weights_->second.linear.bias;
  for (std::size_t output = 0; output < second_of_weight_.size(); ++output) {
    const double own = bias.empty() ? 0.0 : static_cast<double>(bias[output]);
    offset_[output] = static_cast<float>(own + second_of_bias_[output] - mean * factor * second_of_weight_[output]);
  }
}

void MoonshineStem::finish_second(float* rows, std::size_t count) noexcept {
  const std::size_t outputs = weights_->second.linear.weights.outputs;
  for (std::size_t row = 0; row < count; ++row) {
    float* const x = rows + row * outputs;
    for (std::size_t output = 0; output < outputs; ++output) x[output] = x[output] * factor_ + offset_[output];
  }
  kernels_->layer.gelu(rows, count * outputs);
}

}  // namespace voicestand::nn
