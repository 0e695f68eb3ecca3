#pragma once

#include <cstddef>
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
      float sums[kRows][kColumns];
      for (std::size_t row = 0; row < kRows; ++row)
        for (std::size_t column = 0; column < kColumns; ++column) sums[row][column] = bias_[block * kColumns + column];
      for (std::size_t input = 0; input < inputs_; ++input, weights += kColumns)
        for (std::size_t row = 0; row < kRows; ++row)
          for (std::size_t column = 0; column < kColumns; ++column)
            sums[row][column] += x[row * x_stride + input] * weights[column];
      for (std::size_t row = 0; row < kRows; ++row)
        for (std::size_t column = 0; column < kColumns; ++column)
          y[row * y_stride + block * kColumns + column] = sums[row][column];
    }
  }

 private:
  std::size_t inputs_ = 0;
  std::size_t blocks_ = 0;
  std::vector<float> weights_;
  std::vector<float> bias_;
};

}  // namespace voicestand::nn
