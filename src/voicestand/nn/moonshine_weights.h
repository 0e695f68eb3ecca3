#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "voicestand/simd/matrix_kernels.h"

namespace voicestand::nn {

// The weights of a Moonshine model (N. Jeffries et al., "Moonshine: speech recognition for live transcription and voice
// commands", 2024), as kernels take them. Bytes of linear layers lie in the model's files; what is small, or lies in
// the files in another order than it is used in, is a copy. Shapes are the model's: nothing here is the same for all.

// A row through a matrix: bytes of the file, or of a copy beside them.
struct Linear {
  simd::ByteWeights weights{};
  std::vector<float> bias;  // empty, or one number for each output
  [[nodiscard]] const float* bias_or_null() const noexcept { return bias.empty() ? nullptr : bias.data(); }
};

// A convolution over time as a Linear: its inputs are `taps` neighbouring frames in a row, the earliest first, each
// with all its channels.
struct Convolution {
  Linear linear;
  std::vector<std::uint8_t> bytes;  // what linear.weights points to
  std::size_t taps = 0;
  std::size_t stride = 0;  // in frames
};

struct Attention {
  Linear query, key, value, out;
};

struct EncoderLayer {
  std::vector<float> attention_norm;
  Attention attention;
  std::vector<float> mlp_norm;
  Linear mlp_in, mlp_out;  // GELU between them
};

struct DecoderLayer {
  std::vector<float> self_norm;
  Attention self;
  std::vector<float> cross_norm;
  Attention cross;
  std::vector<float> mlp_norm;
  Linear mlp_in;  // its outputs' first half is the value, the second the gate
  Linear mlp_out;
};

struct EncoderWeights {
  std::size_t width = 0;  // of a frame between layers
  std::size_t heads = 0;
  std::size_t rotary = 0;  // how many dimensions of a head carry the position, from its first on
  // Samples -> frames: tanh of a convolution in f32 (`wave`: taps x wave_channels), group norm over the whole clip,
  // then two convolutions with GELU after each.
  std::vector<float> wave;
  std::size_t wave_taps = 0;
  std::size_t wave_stride = 0;
  std::size_t wave_channels = 0;
  std::vector<float> group_weight, group_bias;  // of wave_channels
  Convolution second, third;
  std::vector<EncoderLayer> layers;
  std::vector<float> norm;
};

struct DecoderWeights {
  std::size_t width = 0;
  std::size_t heads = 0;
  std::size_t rotary = 0;
  simd::ByteWeights embedding{};  // vocabulary by width, token by token: also what makes the scores
  std::vector<DecoderLayer> layers;
  std::vector<float> norm;
};

inline constexpr double kRotaryBase = 10'000;

}  // namespace voicestand::nn
