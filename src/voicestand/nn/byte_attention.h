#pragma once

#include <cstddef>
#include <cstdint>

#include "voicestand/nn/arena.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::nn {

// The keys and values of one layer as bytes, head by head, each head with a scale of its own.
struct ByteMemory {
  std::uint8_t* keys;    // of a head: head_width x frames
  std::uint8_t* values;  // of a head: frames x head_width
  simd::ByteScale* key_scales;
  simd::ByteScale* value_scales;
};

// Attention by products of bytes: queries, keys, weights and values have eight bits each, which costs Moonshine less
// than its own bytes in the linear layers do (docs/adr/0004-native-recogniser.md). This holds the space to work in;
// what is attended to lies in a ByteMemory. Rows have all heads side by side. Thread: one at a time. Real-time: yes,
// after placing.
class ByteAttention {
 public:
  struct Shape {
    std::size_t heads;
    std::size_t head_width;
    std::size_t most_frames;
    std::size_t most_rows;  // of queries at once
  };

  ByteAttention(const Shape& shape, const simd::Kernels& kernels) noexcept : shape_(shape), kernels_(&kernels) {}

  void place(Arena& arena);
  [[nodiscard]] ByteMemory place_memory(Arena& arena) const;

  // Of one head. The rows have all of them.
  void keep_keys(const float* rows, std::size_t frames, std::size_t head, const ByteMemory& memory) noexcept;
  void keep_values(const float* rows, std::size_t frames, std::size_t head, const ByteMemory& memory) noexcept;

  // For each of `rows` queries the mean of the `frames` values, weighted by how well their keys fit. `out` may be
  // `queries`. `weights`, where given, are rows x frames: the heads' mean weights times `share` are added to them.
  struct Queries {
    const float* rows;
    std::size_t count;
    std::size_t frames;
    float* out;
    float* weights;
    float share;
  };
  void attend(const ByteMemory& memory, const Queries& queries) noexcept;

 private:
  void multiply(const std::uint8_t* bytes, simd::ByteScale scale, std::size_t inputs, std::size_t outputs,
                const simd::ByteRows& rows, float* y, std::size_t y_stride) noexcept;

  Shape shape_;
  const simd::Kernels* kernels_;
  float* scores_ = nullptr;        // most_rows x most_frames; or one head of all frames
  std::uint8_t* bytes_ = nullptr;  // of the scores, or of queries
  simd::ByteScale* scales_ = nullptr;
  unsigned char* scratch_ = nullptr;
};

}  // namespace voicestand::nn
