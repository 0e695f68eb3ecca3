#pragma once

#include <stddef.h>

#include "voicestand/base/realtime.h"

namespace voicestand::simd {

// A product of two f32 matrices, c[i][j] = factor * sum over k of a[i][k] b[k][j], all row by row.
struct Product {
  const float* a;  // rows x inner
  size_t a_stride;
  const float* b;  // inner x columns
  size_t b_stride;
  float* c;  // rows x columns
  size_t c_stride;
  size_t rows;
  size_t inner;
  size_t columns;
  float factor;
};

// What a transformer does with matrices that are no weights. Any size will do, 0 too, and any stride that keeps the
// rows of a result apart; those of `a` and `b` may overlap. Nothing of a result overlaps with what it is made of.
struct ProductKernels {
  // Sums may be taken in any order. What is no number stays so, in its row or column alone.
  void (*multiply)(const Product& product) noexcept VS_REALTIME;

  // b[j][i] = a[i][j] for rows x columns of a.
  void (*transpose)(const float* a, size_t a_stride, size_t rows, size_t columns, float* b,
                    size_t b_stride) noexcept VS_REALTIME;
};

extern const ProductKernels kProductScalar;
extern const ProductKernels kProductAvx2;
extern const ProductKernels kProductAvx512;

}  // namespace voicestand::simd
