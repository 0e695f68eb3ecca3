#include "voicestand/simd/product_kernels.h"

namespace voicestand::simd {
namespace {

void multiply(const Product& product) noexcept VS_REALTIME {
  for (size_t row = 0; row < product.rows; ++row) {
    const float* const a = product.a + row * product.a_stride;
    float* const c = product.c + row * product.c_stride;
    for (size_t column = 0; column < product.columns; ++column) c[column] = 0;
    for (size_t i = 0; i < product.inner; ++i) {
      const float* const b = product.b + i * product.b_stride;
      for (size_t column = 0; column < product.columns; ++column) c[column] += a[i] * b[column];
    }
    for (size_t column = 0; column < product.columns; ++column) c[column] *= product.factor;
  }
}

void transpose(const float* a, size_t a_stride, size_t rows, size_t columns, float* b,
               size_t b_stride) noexcept VS_REALTIME {
  for (size_t column = 0; column < columns; ++column) {
    for (size_t row = 0; row < rows; ++row) b[column * b_stride + row] = a[row * a_stride + column];
  }
}

}  // namespace

const ProductKernels kProductScalar{.multiply = multiply, .transpose = transpose};

}  // namespace voicestand::simd
