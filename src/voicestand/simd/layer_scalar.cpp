#include <cmath>

#include "voicestand/simd/layer_kernels.h"

namespace voicestand::simd {
namespace {

void product(const Product& product) noexcept VS_REALTIME {
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

void layer_norm(const float* x, const float* weight, size_t count, float* y) noexcept VS_REALTIME {
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += x[i];
  const auto mean = static_cast<float>(sum / static_cast<double>(count));
  double squares = 0;
  for (size_t i = 0; i < count; ++i) squares += static_cast<double>(x[i] - mean) * (x[i] - mean);
  const auto scale = static_cast<float>(1 / std::sqrt(squares / static_cast<double>(count) + 1e-5));
  for (size_t i = 0; i < count; ++i) y[i] = (x[i] - mean) * scale * weight[i];
}

void softmax(float* x, size_t count) noexcept VS_REALTIME {
  float most = -HUGE_VALF;
  for (size_t i = 0; i < count; ++i) most = x[i] > most ? x[i] : most;
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    x[i] = std::exp(x[i] - most);
    sum += x[i];
  }
  const auto scale = static_cast<float>(1 / sum);
  for (size_t i = 0; i < count; ++i) x[i] *= scale;
}

void gelu(float* x, size_t count) noexcept VS_REALTIME {
  constexpr float kRootOfHalf = 0.70710678F;
  for (size_t i = 0; i < count; ++i) x[i] = 0.5F * x[i] * (1 + std::erf(kRootOfHalf * x[i]));
}

// The exponential is of what is below 0, so that nothing overflows.
void silu_gate(const float* up, const float* gate, size_t count, float* y) noexcept VS_REALTIME {
  for (size_t i = 0; i < count; ++i) {
    const float fading = std::exp(-std::fabs(gate[i]));
    const float open = (gate[i] < 0 ? fading : 1.0F) / (1 + fading);
    y[i] = up[i] * (gate[i] * open);
  }
}

void hyperbolic_tangent(const float* x, size_t count, float* y) noexcept VS_REALTIME {
  for (size_t i = 0; i < count; ++i) y[i] = std::tanh(x[i]);
}

void rotate_pairs(float* x, const float* cosines, const float* sines, size_t pairs) noexcept VS_REALTIME {
  for (size_t i = 0; i < pairs; ++i) {
    const float first = x[2 * i];
    const float second = x[2 * i + 1];
    x[2 * i] = first * cosines[i] - second * sines[i];
    x[2 * i + 1] = second * cosines[i] + first * sines[i];
  }
}

void transpose(const float* a, size_t a_stride, size_t rows, size_t columns, float* b,
               size_t b_stride) noexcept VS_REALTIME {
  for (size_t column = 0; column < columns; ++column) {
    for (size_t row = 0; row < rows; ++row) b[column * b_stride + row] = a[row * a_stride + column];
  }
}

}  // namespace

const LayerKernels kLayerScalar{.product = product,
                                .layer_norm = layer_norm,
                                .softmax = softmax,
                                .gelu = gelu,
                                .silu_gate = silu_gate,
                                .tanh = hyperbolic_tangent,
                                .rotate_pairs = rotate_pairs,
                                .transpose = transpose};

}  // namespace voicestand::simd
