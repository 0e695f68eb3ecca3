#include "voicestand/nn/byte_block.h"

#include <algorithm>
#include <span>

namespace voicestand::nn {

void ByteBlock::place(Arena& arena) {
  bytes_ = arena.take<std::uint8_t>(shape_.rows * shape_.width);
  scales_ = arena.take<simd::ByteScale>(shape_.rows);
  apart_ = arena.take<simd::InputValue>(shape_.rows * shape_.apart);
  row_ = arena.take<float>(shape_.members * shape_.width);
  scratch_ = arena.take<unsigned char>(shape_.members * simd::multiply_scratch_bytes(shape_.width));
}

void ByteBlock::begin(std::size_t width, Loudest loudest) noexcept {
  width_ = width;
  apart_count_ = loudest == Loudest::kApart ? shape_.apart : 0;
}

void ByteBlock::take(std::size_t first, const Rows& rows, const float* norm, std::size_t member) noexcept {
  float* const copy = row_ + member * shape_.width;
  for (std::size_t row = 0; row < rows.count; ++row) {
    const float* x = rows.x + row * rows.stride;
    if (norm != nullptr) {
      kernels_->layer.layer_norm(x, norm, width_, copy);
      x = copy;
    } else if (apart_count_ > 0) {
      std::copy_n(x, width_, copy);
      x = copy;
    }
    for (simd::InputValue& apart : std::span(apart_ + (first + row) * apart_count_, apart_count_)) {
      const std::size_t input = kernels_->byte_row.greatest(copy, width_);
      apart = {.input = static_cast<std::uint32_t>(input), .value = copy[input]};
      copy[input] = 0;
    }
    scales_[first + row] = kernels_->matrix.quantise(x, width_, bytes_ + (first + row) * width_);
  }
}

void ByteBlock::multiply(std::size_t first, std::size_t count, const Product& product, std::size_t member) noexcept {
  const simd::ByteWeights& weights = product.linear.weights;
  // What is apart goes below a curve too.
  const bool gelu_last = apart_count_ > 0 && product.finish == simd::Finish::kGelu;
  kernels_->matrix.multiply(
      weights, {.bytes = bytes_ + first * width_, .stride = width_, .scales = scales_ + first, .count = count},
      product.bias, gelu_last ? simd::Finish::kStore : product.finish, product.y, weights.outputs,
      scratch_ + member * simd::multiply_scratch_bytes(shape_.width));
  if (apart_count_ == 0) return;
  for (std::size_t row = 0; row < count; ++row) {
    float* const out = product.y + row * weights.outputs;
    kernels_->byte_row.add_inputs(weights, apart_ + (first + row) * apart_count_, apart_count_, out);
    if (gelu_last) kernels_->layer.gelu(out, weights.outputs);
  }
}

}  // namespace voicestand::nn
