#pragma once

#include <stddef.h>
#include <stdint.h>

#include "voicestand/base/realtime.h"

namespace voicestand::simd {

// Products of f32 rows with matrices of byte weights, by way of integers: a row of activations is turned into bytes,
// bytes are multiplied exactly, and the sums become f32 again. Sums of integers do not depend on their order, and what
// is done to each of them is prescribed operation by operation, so all instruction sets give the same bits.

// How one row was turned into bytes: x = scale (byte - zero), with zero in 0..255.
struct ByteScale {
  float scale;
  int32_t zero;
};

// Rows of bytes; row r begins at bytes + r * stride and was made with scales[r]. Rows may overlap, as those of a
// convolution do.
struct ByteRows {
  const uint8_t* bytes;
  size_t stride;
  const ByteScale* scales;
  size_t count;
};

// Weights as model files hold them: w = scale (byte - zero - zero_fraction).
struct ByteWeights {
  const uint8_t* bytes;  // unaligned; input i of output o at bytes[i * outputs + o]
  size_t inputs;         // at most kMostInputs
  size_t outputs;
  float scale;
  int32_t zero;         // in -256..511
  float zero_fraction;  // 0 but where a model's offset is no whole number
};

inline constexpr size_t kMostInputs = 4096;

// The bounds of quantisation: high - low stays finite, and factor too.
inline constexpr float kMostQuantised = 0x1p126F;
inline constexpr float kLeastScale = 1e-12F;

// What becomes of a product.
enum class Finish : uint8_t {
  kStore,  // y = product + bias
  kAdd,    // y += product + bias
  kGelu,   // y = gelu(product + bias), as LayerKernels::gelu
};

struct MatrixKernels {
  // Bytes for `count` values, and how to read them:
  //   low = min(x, 0), high = max(x, 0) over the row; scale = max((high - low) / 255, kLeastScale); factor = 1 / scale;
  //   zero = round(-low factor) within 0..255; byte = round(x factor) + zero within 0..255, with round to even.
  // What is no number becomes the byte `zero`; what lies beyond +-kMostQuantised counts as that.
  ByteScale (*quantise)(const float* x, size_t count, uint8_t* bytes) noexcept VS_REALTIME;

  // The bytes alone, for a scale that is given.
  void (*quantise_as)(const float* x, size_t count, ByteScale scale, uint8_t* bytes) noexcept VS_REALTIME;

  // For each row r and output o, with n = sum over i of (x[r][i] - zero_x) (w[i][o] - zero), exactly, and
  // m = sum over i of (x[r][i] - zero_x), exactly (both fit into 32 bits):
  //   product = (float(n) - zero_fraction float(m)) (scale_x scale), every operation rounded by itself.
  // bias may be null. y[r][o] lies at y[r * y_stride + o]. `scratch`: multiply_scratch_bytes(inputs) bytes on a cache
  // line's boundary, of any content.
  void (*multiply)(const ByteWeights& weights, const ByteRows& x, const float* bias, Finish finish, float* y,
                   size_t y_stride, unsigned char* scratch) noexcept VS_REALTIME;

  // The same product for weights that lie output by output, input i of output o at bytes[o * inputs + i], as an
  // embedding table does; always kStore without bias, and zero_fraction is 0.
  void (*multiply_by_output)(const ByteWeights& weights, const ByteRows& x, float* y, size_t y_stride,
                             unsigned char* scratch) noexcept VS_REALTIME;
};

// What both work in: a panel of columns, repacked for the rows that pass it.
inline constexpr size_t kPanelColumns = 64;
constexpr size_t multiply_scratch_bytes(size_t inputs) noexcept {
  return (inputs + 3) / 4 * 4 * kPanelColumns * sizeof(int16_t) + kPanelColumns * sizeof(int32_t);
}

extern const MatrixKernels kMatrixScalar;
extern const MatrixKernels kMatrixAvx2;
extern const MatrixKernels kMatrixAvxVnni;
extern const MatrixKernels kMatrixAvx512Vnni;

}  // namespace voicestand::simd
