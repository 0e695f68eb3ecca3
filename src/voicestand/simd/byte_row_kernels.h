#pragma once

#include <stddef.h>
#include <stdint.h>

#include "voicestand/base/realtime.h"
#include "voicestand/simd/matrix_kernels.h"

namespace voicestand::simd {

// What helps rows of activations to be good as bytes, beside MatrixKernels.

// Added before rounding down: weights that are all less than half a byte's step then still weigh as much together as
// they should, where rounding to the nearest would make nothing of them. Bits of 0..15 backwards, and a half.
inline constexpr size_t kDithers = 16;
inline constexpr float kDither[kDithers] = {0.5F / 16, 8.5F / 16,  4.5F / 16, 12.5F / 16, 2.5F / 16, 10.5F / 16,
                                            6.5F / 16, 14.5F / 16, 1.5F / 16, 9.5F / 16,  5.5F / 16, 13.5F / 16,
                                            3.5F / 16, 11.5F / 16, 7.5F / 16, 15.5F / 16};

struct InputValue {
  uint32_t input;
  float value;
};

struct ByteRowKernels {
  // The index of the greatest magnitude, the first of equals; 0 for none. What is no number does not count. All
  // instruction sets give the same.
  size_t (*greatest)(const float* x, size_t count) noexcept VS_REALTIME;

  // A few inputs of a product of MatrixKernels::multiply by themselves, as f32:
  //   y[o] += the sum over j of value[j] scale (w[input[j]][o] - zero - zero_fraction)
  // one after the other from j = 0 on, every operation rounded by itself, the two zeros and the two factors taken
  // together: all instruction sets give the same bits.
  void (*add_inputs)(const ByteWeights& weights, const InputValue* inputs, size_t count, float* y) noexcept VS_REALTIME;

  // The weights of a softmax as bytes: the i-th is e = exp(x[i] - max), within 1e-5 of itself, as floor(255 e +
  // kDither[i % 16]). Returns what a byte stands for, 1 / (255 sum of all e), as good; NaN, and any bytes, where an x
  // is no number or the greatest is infinite; infinity where `count` is 0.
  float (*softmax)(const float* x, size_t count, uint8_t* bytes) noexcept VS_REALTIME;
};

extern const ByteRowKernels kByteRowScalar;
extern const ByteRowKernels kByteRowAvx2;
extern const ByteRowKernels kByteRowAvx512;

}  // namespace voicestand::simd
