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
// What becomes of a row depends on no other. Thread: one at a time. Real-time: yes, after placing.
class ByteBlock {
 public:
  struct Shape {
    std::size_t rows;
    std::size_t width;  // of the widest
    std::size_t apart;  // numbers of a row that may stay so
  };

  ByteBlock(const Shape& shape, const simd::Kernels& kernels) noexcept : shape_(shape), kernels_(&kernels) {}

  void place(Arena& arena);

  struct Rows {
    const float* x;
    std::size_t width;
    std::size_t stride;
    std::size_t count;
  };
  // The block's rows from now on: all of each as bytes; or the loudest numbers apart, behind a layer norm where `norm`
  // is given.
  void take(const Rows& rows) noexcept;
  void take_apart(const Rows& rows, const float* norm) noexcept;

  // The rows first … first + count times the matrix, into rows of its outputs.
  void multiply(std::size_t first, std::size_t count, const Linear& linear, const float* bias, simd::Finish finish,
                float* y) noexcept;

 private:
  Shape shape_;
  const simd::Kernels* kernels_;
  std::size_t width_ = 0;
  std::size_t apart_count_ = 0;  // of each of the rows
  float* row_ = nullptr;
  std::uint8_t* bytes_ = nullptr;
  simd::ByteScale* scales_ = nullptr;
  simd::InputValue* apart_ = nullptr;  // row by row
  unsigned char* scratch_ = nullptr;
};

}  // namespace voicestand::nn
