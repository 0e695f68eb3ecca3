#include "voicestand/nn/byte_attention.h"

#include <algorithm>
#include <cmath>

namespace voicestand::nn {

void ByteAttention::place(Arena& arena) {
  const std::size_t rows = std::max(shape_.most_rows, shape_.head_width);
  scores_ = arena.take<float>(rows * shape_.most_frames);
  bytes_ = arena.take<std::uint8_t>(shape_.most_rows * std::max(shape_.most_frames, shape_.head_width));
  scales_ = arena.take<simd::ByteScale>(shape_.most_rows);
  scratch_ = arena.take<unsigned char>(simd::multiply_scratch_bytes(std::max(shape_.most_frames, shape_.head_width)));
}

ByteMemory ByteAttention::place_memory(Arena& arena) const {
  const std::size_t size = shape_.heads * shape_.head_width * shape_.most_frames;
  return {.keys = arena.take<std::uint8_t>(size),
          .values = arena.take<std::uint8_t>(size),
          .key_scales = arena.take<simd::ByteScale>(shape_.heads),
          .value_scales = arena.take<simd::ByteScale>(shape_.heads)};
}

void ByteAttention::keep_keys(const float* rows, std::size_t frames, std::size_t head,
                              const ByteMemory& memory) noexcept {
  const std::size_t size = shape_.head_width * frames;
  kernels_->product.transpose(rows + head * shape_.head_width, shape_.heads * shape_.head_width, frames,
                              shape_.head_width, scores_, frames);
  memory.key_scales[head] = kernels_->matrix.quantise(scores_, size, memory.keys + head * size);
}

void ByteAttention::keep_values(const float* rows, std::size_t frames, std::size_t head,
                                const ByteMemory& memory) noexcept {
  const std::size_t size = shape_.head_width * frames;
  const float* from = rows + head * shape_.head_width;
  for (std::size_t frame = 0; frame < frames; ++frame, from += shape_.heads * shape_.head_width)
    std::copy_n(from, shape_.head_width, scores_ + frame * shape_.head_width);
  memory.value_scales[head] = kernels_->matrix.quantise(scores_, size, memory.values + head * size);
}

void ByteAttention::multiply(const std::uint8_t* bytes, simd::ByteScale scale, std::size_t inputs, std::size_t outputs,
                             const simd::ByteRows& rows, float* y, std::size_t y_stride) noexcept {
  const simd::ByteWeights weights{.bytes = bytes,
                                  .inputs = inputs,
                                  .outputs = outputs,
                                  .scale = scale.scale,
                                  .zero = scale.zero,
                                  .zero_fraction = 0};
  kernels_->matrix.multiply(weights, rows, nullptr, simd::Finish::kStore, y, y_stride, scratch_);
}

void ByteAttention::attend(const ByteMemory& memory, const Queries& queries) noexcept {
  const std::size_t width = shape_.heads * shape_.head_width;
  const std::size_t frames = queries.frames;
  const std::size_t size = shape_.head_width * frames;
  const float factor = 1.0F / std::sqrt(static_cast<float>(shape_.head_width));
  const float share = queries.share / static_cast<float>(shape_.heads);
  for (std::size_t head = 0; head < shape_.heads; ++head) {
    const std::size_t first = head * shape_.head_width;
    for (std::size_t row = 0; row < queries.count; ++row) {
      scales_[row] = kernels_->matrix.quantise(queries.rows + row * width + first, shape_.head_width,
                                               bytes_ + row * shape_.head_width);
      scales_[row].scale *= factor;
    }
    multiply(memory.keys + head * size, memory.key_scales[head], shape_.head_width, frames,
             {.bytes = bytes_, .stride = shape_.head_width, .scales = scales_, .count = queries.count}, scores_,
             frames);
    for (std::size_t row = 0; row < queries.count; ++row) {
      std::uint8_t* const bytes = bytes_ + row * frames;
      scales_[row] = {.scale = kernels_->byte_row.softmax(scores_ + row * frames, frames, bytes), .zero = 0};
      if (queries.weights == nullptr) continue;
      float* const weights = queries.weights + row * frames;
      const float step = share * scales_[row].scale;
      for (std::size_t frame = 0; frame < frames; ++frame) weights[frame] += step * static_cast<float>(bytes[frame]);
    }
    multiply(memory.values + head * size, memory.value_scales[head], frames, shape_.head_width,
             {.bytes = bytes_, .stride = frames, .scales = scales_, .count = queries.count}, queries.out + first,
             width);
  }
}

}  // namespace voicestand::nn
