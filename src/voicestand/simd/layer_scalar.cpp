#include <cmath>

#include "voicestand/simd/layer_kernels.h"

namespace voicestand::simd {
namespace {

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
  for (size_t i = 0; i < count; ++i) x[i] = x[i] < -5.5F ? 0 : 0.5F * x[i] * (1 + std::erf(kRootOfHalf * x[i]));
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

}  // namespace

const LayerKernels kLayerScalar{.layer_norm = layer_norm,
                                .softmax = softmax,
                                .gelu = gelu,
                                .silu_gate = silu_gate,
                                .tanh = hyperbolic_tangent,
                                .rotate_pairs = rotate_pairs};

}  // namespace voicestand::simd
