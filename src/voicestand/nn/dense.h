#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "voicestand/base/realtime.h"

namespace voicestand::nn {

// A matrix of f32 weights with a bias, applied to several input rows at once: y[f] = W x[f] + b. The weights lie in
// blocks of kColumns outputs, input by input, so that the inner loops have constant bounds and contiguous operands and
// compilers vectorise them. Convolutions are this too: a window of a time-major signal is one contiguous input row.
// Thread: any may apply. Allocates in the constructor alone.
template <std::size_t kRows, std::size_t kColumns>
class Dense {
 public:
  Dense() = default;

  // Real-time: no. weight(output, input) gives one weight. Without a bias it is 0.
  template <typename Weight>
  Dense(std::size_t outputs, std::size_t inputs, Weight weight, std::span<const float> bias = {})
      : inputs_(inputs), blocks_((outputs + kColumns - 1) / kColumns) {
    weights_.resize(blocks_ * inputs_ * kColumns);
    bias_.resize(blocks_ * kColumns);
    for (std::size_t output = 0; output < outputs; ++output) {
      for (std::size_t input = 0; input < inputs; ++input)
        weights_[((output / kColumns) * inputs_ + input) * kColumns + output % kColumns] = weight(output, input);
      if (!bias.empty()) bias_[output] = bias[output];
    }
  }

  // The outputs of a row, rounded up to whole blocks; those past the last are 0.
  [[nodiscard]] std::size_t padded_outputs() const noexcept VS_REALTIME { return blocks_ * kColumns; }

  // Real-time: yes. Row f reads inputs from x + f * x_stride and writes padded_outputs() to y + f * y_stride.
  void apply(const float* x, std::size_t x_stride, float* y, std::size_t y_stride) const noexcept VS_REALTIME {
    const float* weights = weights_.data();
    for (std::size_t block = 0; block < blocks_; ++block) {
      Lanes sums[kRows][kVectors];
      for (std::size_t row = 0; row < kRows; ++row)
        std::memcpy(sums[row], bias_.data() + block * kColumns, sizeof(sums[row]));
      for (std::size_t input = 0; input < inputs_; ++input, weights += kColumns) {
        Lanes columns[kVectors];
        std::memcpy(columns, weights, sizeof(columns));
#pragma GCC unroll 8
        for (std::size_t row = 0; row < kRows; ++row) {
          const float value = x[row * x_stride + input];
#pragma GCC unroll 8
          for (std::size_t vector = 0; vector < kVectors; ++vector) sums[row][vector] += value * columns[vector];
        }
      }
      for (std::size_t row = 0; row < kRows; ++row)
        std::memcpy(y + row * y_stride + block * kColumns, sums[row], sizeof(sums[row]));
    }
  }

 private:
  // Four numbers that the compiler keeps in one register of any vector unit; it has no other meaning.
  using Lanes [[gnu::vector_size(16)]] = float;
  static constexpr std::size_t kVectors = kColumns / 4;
  static_assert(kColumns % 4 == 0);

  std::size_t inputs_ = 0;
  std::size_t blocks_ = 0;
  std::vector<float> weights_;
  std::vector<float> bias_;
};

}  // namespace voicestand::nn
