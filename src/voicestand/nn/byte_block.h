#pragma once

#include <cstddef>
#include <cstdint>

#include "voicestand/nn/arena.h"
#include "voicestand/nn/moonshine_weights.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::nn {

// Rows of activations on their way through matrices, as bytes.
//
// Some channels of a transformer are far louder than the others, the same ones in almost every row; with a byte's step
// made for them, little is left of the rest. Where it is asked for, a row's loudest numbers stay apart as they are, and
// what they contribute is added in f32: two of them take away three quarters of all that is lost to bytes in Moonshine.
// What becomes of a row depends on no other. Thread: one at a time; or the members of a team, each with rows and
// outputs of its own. Real-time: yes, after placing.
class ByteBlock {
 public:
  struct Shape {
    std::size_t rows;
    std::size_t width;        // of the widest
    std::size_t apart;        // numbers of a row that may stay so
    std::size_t members = 1;  // of a team
  };

  ByteBlock(const Shape& shape, const simd::Kernels& kernels) noexcept : shape_(shape), kernels_(&kernels) {}

  void place(Arena& arena);

  // Thread: one. How wide the rows are that are taken from now on, and whether their loudest numbers stay apart.
  enum class Loudest : std::uint8_t { kInBytes, kApart };
  void begin(std::size_t width, Loudest loudest) noexcept;

  struct Rows {
    const float* x;
    std::size_t stride;
    std::size_t count;
  };
  // The block's rows `first` … from now on, behind a layer norm where `norm` is given.
  void take(std::size_t first, const Rows& rows, const float* norm = nullptr, std::size_t member = 0) noexcept;

  // The rows first … first + count times the matrix, into rows of its outputs.
  struct Product {
    const Linear& linear;
    const float* bias;
    simd::Finish finish;
    float* y;
  };
  void multiply(std::size_t first, std::size_t count, const Product& product, std::size_t member = 0) noexcept;

 private:
  Shape shape_;
  const simd::Kernels* kernels_;
  std::size_t width_ = 0;
  std::size_t apart_count_ = 0;  // of each of the rows
  std::uint8_t* bytes_ = nullptr;
  simd::ByteScale* scales_ = nullptr;
  simd::InputValue* apart_ = nullptr;  // row by row
  float* row_ = nullptr;               // member by member
  unsigned char* scratch_ = nullptr;   // likewise
};

}  // namespace voicestand::nn
