#include "voicestand/nn/byte_block.h"

#include <algorithm>
#include <span>

namespace voicestand::nn {

void ByteBlock::place(Arena& arena) {
  bytes_ = arena.take<std::uint8_t>(shape_.rows * shape_.width);
  scales_ = arena.take<simd::ByteScale>(shape_.rows);
  apart_ = arena.take<simd::InputValue>(shape_.rows * shape_.apart);
  row_ = arena.take<float>(shape_.width);
  scratch_ = arena.take<unsigned char>(simd::multiply_scratch_bytes(shape_.width));
}

void ByteBlock::take(const Rows& rows) noexcept {
  width_ = rows.width;
  apart_count_ = 0;
  for (std::size_t row = 0; row < rows.count; ++row)
    scales_[row] = kernels_->matrix.quantise(rows.x + row * rows.stride, width_, bytes_ + row * width_);
}

void ByteBlock::take_apart(const Rows& rows, const float* norm) noexcept {
  width_ = rows.width;
  apart_count_ = shape_.apart;
  for (std::size_t row = 0; row < rows.count; ++row) {
    const float* const x = rows.x + row * rows.stride;
    if (norm == nullptr) {
      std::copy_n(x, width_, row_);
    } else {
      kernels_->layer.layer_norm(x, norm, width_, row_);
    }
    for (simd::InputValue& apart : std::span(apart_ + row * apart_count_, apart_count_)) {
      const std::size_t input = kernels_->byte_row.greatest(row_, width_);
      apart = {.input = static_cast<std::uint32_t>(input), .value = row_[input]};
      row_[input] = 0;
    }
    scales_[row] = kernels_->matrix.quantise(row_, width_, bytes_ + row * width_);
  }
}

void ByteBlock::multiply(std::size_t first, std::size_t count, const Linear& linear, const float* bias,
                         simd::Finish finish, float* y) noexcept {
  const simd::ByteWeights& weights = linear.weights;
  // What is apart goes below a curve too.
  const bool gelu_last = apart_count_ > 0 && finish == simd::Finish::kGelu;
  kernels_->matrix.multiply(
      weights, {.bytes = bytes_ + first * width_, .stride = width_, .scales = scales_ + first, .count = count}, bias,
      gelu_last ? simd::Finish::kStore : finish, y, weights.outputs, scratch_);
  if (apart_count_ == 0) return;
  for (std::size_t row = 0; row < count; ++row) {
    float* const out = y + row * weights.outputs;
    kernels_->byte_row.add_inputs(weights, apart_ + (first + row) * apart_count_, apart_count_, out);
    if (gelu_last) kernels_->layer.gelu(out, weights.outputs);
  }
}

}  // namespace voicestand::nn
