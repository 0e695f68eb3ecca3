#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "voicestand/base/realtime.h"
#include "voicestand/simd/network_kernels.h"

namespace voicestand::nn {

// A matrix of f32 weights with a bias, applied to one, two or four input rows at once: y[r] = W x[r] + b, optionally
// with what is below 0 made 0. Convolutions are this too: a window of a time-major signal is one contiguous input row.
// Holds the weights as simd::DensePlan wants them. Thread: any may apply. Allocates in the constructor alone.
class Dense {
 public:
  struct Shape {
    std::size_t rows;  // 1, 2 or 4
    std::size_t inputs;
    std::size_t outputs;
    bool rectify = false;
  };

  Dense() = default;

  // Real-time: no. weight(output, input) gives one weight, `bias` has one number for each output.
  template <typename Weight>
  Dense(const Shape& shape, Weight weight, std::span<const float> bias)
      : shape_(shape), columns_(simd::kBlockSums / shape.rows), blocks_((shape.outputs + columns_ - 1) / columns_) {
    bias_.assign(bias.begin(), bias.end());
    bias_.resize(blocks_ * columns_);
    weights_.resize(blocks_ * shape.inputs * columns_ / kLineFloats);
    for (std::size_t output = 0; output < shape.outputs; ++output) {
      for (std::size_t input = 0; input < shape.inputs; ++input) {
        const std::size_t at = (output / columns_ * shape.inputs + input) * columns_ + output % columns_;
        weights_[at / kLineFloats].numbers[at % kLineFloats] = weight(output, input);
      }
    }
  }

  // Real-time: yes. Row r reads inputs from x + r * x_stride and writes outputs to y + r * y_stride: whole blocks of
  // them, those past the last are 0.
  void apply(const simd::NetworkKernels& kernels, const float* x, std::size_t x_stride, float* y,
             std::size_t y_stride) const noexcept VS_REALTIME {
    kernels.dense({.rows = shape_.rows,
                   .inputs = shape_.inputs,
                   .blocks = blocks_,
                   .weights = weights_.data()->numbers.data(),
                   .bias = bias_.data(),
                   .rectify = shape_.rectify},
                  x, x_stride, y, y_stride);
  }

 private:
  static constexpr std::size_t kLineFloats = kCacheLineBytes / sizeof(float);
  struct alignas(kCacheLineBytes) Line {
    std::array<float, kLineFloats> numbers;
  };

  Shape shape_{};
  std::size_t columns_ = 0;
  std::size_t blocks_ = 0;
  std::vector<Line> weights_;
  std::vector<float> bias_;
};

}  // namespace voicestand::nn
