#include "voicestand/nn/moonshine_stem.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace voicestand::nn {
namespace {

// Frames of the second and of the third convolution that are made at once: `stop` is looked at in between.
constexpr std::size_t kBlock = 128;

// Numbers of a window of the third convolution that stay apart from its bytes.
constexpr std::size_t kApart = 8;

std::size_t windows(std::size_t length, std::size_t taps, std::size_t stride) noexcept {
  return length < taps ? 0 : (length - taps) / stride + 1;
}

// Frames of the second convolution that are kept or made together: some 0.2 s.
constexpr std::size_t kPiece = 16;

std::size_t blocks_of(std::size_t frames) noexcept {
  return (frames + kBlock - 1) / kBlock;
}

std::size_t pieces_of(std::size_t frames) noexcept {
  return (frames + kPiece - 1) / kPiece;
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

// What a block of the second convolution hears, with what is left over behind it.
std::size_t MoonshineStem::most_waves() const noexcept {
  return (kBlock + 1) * weights_->second.stride + weights_->second.taps;
}

// What a block of the third convolution hears.
std::size_t MoonshineStem::most_finished() const noexcept {
  return (kBlock - 1) * weights_->third.stride + weights_->third.taps;
}

// What must be known for all pieces before this one: its windows, and what counts in its sums.
std::size_t MoonshineStem::waves_until(std::size_t piece) const noexcept {
  const Convolution& second = weights_->second;
  return piece == 0 ? 0 : (piece * kPiece - 1) * second.stride + std::max(second.taps, second.stride);
}

std::size_t MoonshineStem::samples_until(std::size_t piece) const noexcept {
  return piece == 0 ? 0 : samples_of(waves_until(piece));
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

void MoonshineStem::place_kept(Arena& arena, std::size_t most_samples) {
  const std::size_t count = windows(wave_frames_of(most_samples), weights_->second.taps, weights_->second.stride);
  second_ = arena.take<float>(count * weights_->second.linear.weights.outputs);
  piece_sums_ = arena.take<Sums>(pieces_of(count));
  kept_samples_ = arena.take<float>(most_samples);
}

void MoonshineStem::place(Arena& arena) {
  const std::size_t channels = weights_->wave_channels;
  const std::size_t outputs = weights_->second.linear.weights.outputs;
  offset_ = arena.take<float>(outputs);
  block_.place(arena);
  // A member has done the one before it begins with the other.
  const std::size_t mark = arena.mark();
  heard_ = arena.take<float>(members_ * samples_of(most_waves()));
  waves_ = arena.take<float>(members_ * most_waves() * channels);
  sums_ = arena.take<float>(members_ * 2 * channels);
  arena.rewind(mark);
  finished_ = arena.take<float>(members_ * most_finished() * outputs);
}

bool MoonshineStem::run(std::span<const float> samples, float* frames, const SharedWork& work) noexcept {
  const Convolution& third = weights_->third;
  const std::size_t outputs = weights_->second.linear.weights.outputs;
  const std::size_t wave_count = wave_frames_of(samples.size());
  const std::size_t second_count = windows(wave_count, weights_->second.taps, weights_->second.stride);
  const std::size_t third_count = windows(second_count, third.taps, third.stride);
  if (third_count == 0) return true;

  if (!make_second(samples, second_count, work)) return false;
  normalise({piece_sums_, pieces_of(second_count)},
            static_cast<double>(wave_count) * static_cast<double>(weights_->wave_channels));

  block_.begin(third.linear.weights.inputs, ByteBlock::Loudest::kApart);
  return work.share(blocks_of(third_count), [&](std::size_t block, std::size_t member) noexcept {
    const std::size_t begin = block * kBlock;
    const std::size_t count = std::min(kBlock, third_count - begin);
    float* const finished = finished_ + member * most_finished() * outputs;
    finish_second(second_ + begin * third.stride * outputs, (count - 1) * third.stride + third.taps, finished);
    block_.take(member * kBlock, windows_of(third, finished, count), nullptr, member);
    block_.multiply(member * kBlock, count,
                    {.linear = third.linear,
                     .bias = third.linear.bias_or_null(),
                     .finish = simd::Finish::kGelu,
                     .y = frames + begin * weights_->width},
                    member);
  });
}

// `count` frames of the second convolution, before what depends on the clip as a whole; pieces that are kept are not
// made again.
bool MoonshineStem::make_second(std::span<const float> samples, std::size_t count, const SharedWork& work) noexcept {
  const Convolution& second = weights_->second;
  const std::size_t channels = weights_->wave_channels;
  const std::size_t pieces = pieces_of(count);
  keep(samples, pieces - 1);  // the last one may be heard to its end only next time
  const std::size_t kept = kept_pieces_;
  const std::size_t missing = pieces - kept;
  const std::size_t blocks = blocks_of(missing * kPiece);
  block_.begin(second.linear.weights.inputs, ByteBlock::Loudest::kInBytes);
  const bool heard = work.share(blocks, [&](std::size_t block, std::size_t member) noexcept {
    const std::size_t first = kept + block * missing / blocks;
    const std::size_t end = kept + (block + 1) * missing / blocks;
    const std::size_t first_wave = first * kPiece * second.stride;
    const std::size_t wave_end = end == pieces ? wave_frames_of(samples.size()) : waves_until(end);
    float* const waves = waves_ + member * most_waves() * channels;
    make_waves(samples.data() + first_wave * weights_->wave_stride, wave_end - first_wave, waves, member);
    std::size_t weighed = 0;
    for (std::size_t piece = first; piece < end; ++piece) {
      const std::size_t own = piece + 1 == pieces ? wave_end - first_wave - weighed : kPiece * second.stride;
      piece_sums_[piece] = weigh(waves + weighed * channels, own, member);
      weighed += own;
    }
    weigh(waves + weighed * channels, wave_end - first_wave - weighed, member);  // which counts in the next block

    const std::size_t frames = std::min(end * kPiece, count) - first * kPiece;
    block_.take(member * kBlock, windows_of(second, waves, frames), nullptr, member);
    block_.multiply(member * kBlock, frames,
                    {.linear = second.linear,
                     .bias = nullptr,
                     .finish = simd::Finish::kStore,
                     .y = second_ + first * kPiece * second.linear.weights.outputs},
                    member);
  });
  if (heard) kept_pieces_ = pieces - 1;
  return heard;
}

// Of the pieces that are kept, those stay, at most so many, that these samples would give as well; and what so many
// pieces hear is kept.
void MoonshineStem::keep(std::span<const float> samples, std::size_t pieces) noexcept {
  const auto differs = [&](std::size_t piece) noexcept {
    const std::size_t from = samples_until(piece);
    return std::memcmp(kept_samples_ + from, samples.data() + from,
                       (samples_until(piece + 1) - from) * sizeof(float)) != 0;
  };
  std::size_t same = 0;
  while (same < std::min(kept_pieces_, pieces) && !differs(same)) ++same;
  kept_pieces_ = same;
  const std::size_t from = samples_until(same);
  std::copy_n(samples.data() + from, samples_until(pieces) - from, kept_samples_ + from);
}

// `count` frames of the first convolution.
void MoonshineStem::make_waves(const float* samples, std::size_t count, float* waves, std::size_t member) noexcept {
  const std::size_t channels = weights_->wave_channels;
  float* const heard = heard_ + member * samples_of(most_waves());
  kernels_->convert.f32(samples, 1, samples_of(count), 1.0F, heard);
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
}

// Adds up `count` frames of the first convolution, and multiplies them by the weights of the norm.
MoonshineStem::Sums MoonshineStem::weigh(float* waves, std::size_t count, std::size_t member) noexcept {
  const std::size_t channels = weights_->wave_channels;
  float* const values = sums_ + member * 2 * channels;
  float* const squares = values + channels;
  const float* const weight = weights_->group_weight.data();
  std::fill_n(values, 2 * channels, 0.0F);
  float* row = waves;
  for (std::size_t frame = 0; frame < count; ++frame, row += channels) {
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

void MoonshineStem::normalise(std::span<const Sums> pieces, double count) noexcept {
  constexpr double kEpsilon = 1e-5;
  Sums sums;
  for (const Sums& piece : pieces) {
    sums.values += piece.values;
    sums.squares += piece.squares;
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

void MoonshineStem::finish_second(const float* rows, std::size_t count, float* finished) noexcept {
  const std::size_t outputs = weights_->second.linear.weights.outputs;
  for (std::size_t row = 0; row < count; ++row) {
    const float* const x = rows + row * outputs;
    float* const y = finished + row * outputs;
    for (std::size_t output = 0; output < outputs; ++output) y[output] = x[output] * factor_ + offset_[output];
  }
  kernels_->layer.gelu(finished, count * outputs);
}

}  // namespace voicestand::nn
