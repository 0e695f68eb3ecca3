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
  return {.x = frames, .stride = convolution.stride * (inputs / convolution.taps), .count = count};
}

// What a convolution gives where every frame holds `channels`: scale times (the products of bytes less the zero's). The
// bytes of all taps are added up first, as they meet the same number.
std::vector<double> convolved(const Convolution& convolution, std::span<const float> channels) {
  const simd::ByteWeights& weights = convolution.linear.weights;
  std::vector<double> sums(weights.outputs);
  std::vector<std::uint32_t> taps(weights.outputs);
  double all = 0;
  for (std::size_t channel = 0; channel < channels.size(); ++channel) {
    const double value = channels[channel];
    std::ranges::fill(taps, 0U);
    for (std::size_t tap = 0; tap < convolution.taps; ++tap) {
      const std::uint8_t* const bytes = weights.bytes + (tap * channels.size() + channel) * weights.outputs;
      for (std::size_t output = 0; output < weights.outputs; ++output) taps[output] += bytes[output];
      all += value;
    }
    for (std::size_t output = 0; output < weights.outputs; ++output) sums[output] += value * taps[output];
  }
  const double zero = weights.zero + static_cast<double>(weights.zero_fraction);
  for (double& sum : sums) sum = (sum - all * zero) * static_cast<double>(weights.scale);
  return sums;
}

}  // namespace

MoonshineStem::MoonshineStem(const EncoderWeights& weights, std::size_t members, const simd::Kernels& kernels)
    : weights_(&weights),
      kernels_(&kernels),
      members_(members),
      second_of_weight_(convolved(weights.second, weights.group_weight)),
      second_of_bias_(convolved(weights.second, weights.group_bias)),
      block_({.rows = members * kBlock,
              .width = std::max(weights.second.linear.weights.inputs, weights.third.linear.weights.inputs),
              .apart = kApart,
              .members = members},
             kernels) {}

// With what is left over before the first window of a block and behind the last.
std::size_t MoonshineStem::most_waves() const noexcept {
  const Convolution& second = weights_->second;
  return (kBlock - 1) * second.stride + second.taps + 2 * (second.stride - 1);
}

std::size_t MoonshineStem::samples_of(std::size_t waves) const noexcept {
  return (waves - 1) * weights_->wave_stride + weights_->wave_taps;
}

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
  const std::size_t channels = weights_->wave_channels;
  const std::size_t outputs = weights_->second.linear.weights.outputs;
  const std::size_t count = windows(wave_frames_of(most_samples), weights_->second.taps, weights_->second.stride);
  second_ = arena.take<float>(count * outputs);
  block_sums_ = arena.take<Sums>((count + kBlock - 1) / kBlock);
  offset_ = arena.take<float>(outputs);
  heard_ = arena.take<float>(members_ * samples_of(most_waves()));
  waves_ = arena.take<float>(members_ * most_waves() * channels);
  sums_ = arena.take<float>(members_ * 2 * channels);
  block_.place(arena);
}

bool MoonshineStem::run(std::span<const float> samples, float* frames, const SharedWork& work) noexcept {
  const Convolution& second = weights_->second;
  const Convolution& third = weights_->third;
  const std::size_t channels = weights_->wave_channels;
  const std::size_t second_outputs = second.linear.weights.outputs;
  const std::size_t wave_count = wave_frames_of(samples.size());
  const std::size_t second_count = windows(wave_count, second.taps, second.stride);
  const std::size_t third_count = windows(second_count, third.taps, third.stride);
  if (third_count == 0) return true;

  const std::size_t blocks = (second_count + kBlock - 1) / kBlock;
  block_.begin(second.linear.weights.inputs, ByteBlock::Loudest::kInBytes);
  const bool heard = work.share(blocks, [&](std::size_t block, std::size_t member) noexcept {
    const std::size_t begin = block * kBlock;
    const std::size_t count = std::min(kBlock, second_count - begin);
    const std::size_t first = begin * second.stride;
    // The windows of two blocks overlap, or leave out what lies between them. All of it counts once.
    const std::size_t counted = begin == 0 ? 0 : first - second.stride + second.taps;
    const Stretch stretch{
        .first = std::min(first, counted),
        .counted = counted,
        .end = begin + count == second_count ? wave_count : first + (count - 1) * second.stride + second.taps};
    float* const waves = waves_ + member * most_waves() * channels;
    block_sums_[block] = make_waves(samples.data(), stretch, waves, member);
    block_.take(member * kBlock, windows_of(second, waves + (first - stretch.first) * channels, count), nullptr,
                member);
    block_.multiply(member * kBlock, count,
                    {.linear = second.linear,
                     .bias = nullptr,
                     .finish = simd::Finish::kStore,
                     .y = second_ + begin * second_outputs},
                    member);
  });
  if (!heard) return false;
  normalise({block_sums_, blocks}, static_cast<double>(wave_count) * static_cast<double>(channels));

  const std::size_t used = (third_count - 1) * third.stride + third.taps;
  const bool finished = work.share((used + kBlock - 1) / kBlock, [&](std::size_t block, std::size_t) noexcept {
    const std::size_t begin = block * kBlock;
    finish_second(second_ + begin * second_outputs, std::min(kBlock, used - begin));
  });
  if (!finished) return false;
  block_.begin(third.linear.weights.inputs, ByteBlock::Loudest::kApart);
  return work.share((third_count + kBlock - 1) / kBlock, [&](std::size_t block, std::size_t member) noexcept {
    const std::size_t begin = block * kBlock;
    const std::size_t count = std::min(kBlock, third_count - begin);
    block_.take(member * kBlock, windows_of(third, second_ + begin * third.stride * second_outputs, count), nullptr,
                member);
    block_.multiply(member * kBlock, count,
                    {.linear = third.linear,
                     .bias = third.linear.bias_or_null(),
                     .finish = simd::Finish::kGelu,
                     .y = frames + begin * weights_->width},
                    member);
  });
}

MoonshineStem::Sums MoonshineStem::make_waves(const float* samples, const Stretch& stretch, float* waves,
                                              std::size_t member) noexcept {
  const std::size_t channels = weights_->wave_channels;
  const std::size_t count = stretch.end - stretch.first;
  float* const heard = heard_ + member * samples_of(most_waves());
  kernels_->convert.f32(samples + stretch.first * weights_->wave_stride, 1, samples_of(count), 1.0F, heard);
  kernels_->product.multiply({.a = heard,
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

  float* const values = sums_ + member * 2 * channels;
  float* const squares = values + channels;
  const float* const weight = weights_->group_weight.data();
  std::fill_n(values, 2 * channels, 0.0F);
  float* row = waves;
  for (std::size_t frame = stretch.first; frame < stretch.counted; ++frame, row += channels)
    for (std::size_t channel = 0; channel < channels; ++channel) row[channel] *= weight[channel];
  for (std::size_t frame = stretch.counted; frame < stretch.end; ++frame, row += channels) {
    for (std::size_t channel = 0; channel < channels; ++channel) {
      const float x = row[channel];
      values[channel] += x;
      squares[channel] += x * x;
      row[channel] = x * weight[channel];
    }
  }
  Sums sums;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    sums.values += values[channel];
    sums.squares += squares[channel];
  }
  return sums;
}

void MoonshineStem::normalise(std::span<const Sums> blocks, double count) noexcept {
  constexpr double kEpsilon = 1e-5;
  Sums sums;
  for (const Sums& block : blocks) {
    sums.values += block.values;
    sums.squares += block.squares;
  }
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
