#pragma once

#include <stddef.h>

#include "voicestand/base/realtime.h"

namespace voicestand::simd {

// What a transformer does beside its matrices. Sums may be taken in any order. Arrays do not overlap but where they are
// the same. Any count will do, 0 too. What is no number stays so, wherever it can reach.
struct LayerKernels {
  // y = (x - mean) / sqrt(variance + 1e-5) * weight, of one row, whose squares add up to a float. y may be x.
  void (*layer_norm)(const float* x, const float* weight, size_t count, float* y) noexcept VS_REALTIME;

  // x = exp(x - max) / sum, of one row, in place; the exponential within 2e-7 of its value. What is less than the least
  // normal number may become 0. No number is left where one is infinite, or all are -infinity.
  void (*softmax)(float* x, size_t count) noexcept VS_REALTIME;

  // x = x/2 (1 + erf(x / sqrt 2)), within 2e-7 + 1e-6 |x|, and 0 below -5.5.
  void (*gelu)(float* x, size_t count) noexcept VS_REALTIME;

  // y = up gate / (1 + exp(-gate)), within 1e-6 of its value and 2e-38 |up gate|. No number comes of a gate of
  // -infinity. y may be up or gate.
  void (*silu_gate)(const float* up, const float* gate, size_t count, float* y) noexcept VS_REALTIME;

  // y = tanh(x), within 4e-7 of its value. y may be x.
  void (*tanh)(const float* x, size_t count, float* y) noexcept VS_REALTIME;

  // Turns pairs of neighbours: (x0, x1) becomes (x0 cos - x1 sin, x1 cos + x0 sin), in place. `cosines` and `sines`
  // hold one number for each of the `pairs`.
  void (*rotate_pairs)(float* x, const float* cosines, const float* sines, size_t pairs) noexcept VS_REALTIME;
};

extern const LayerKernels kLayerScalar;
extern const LayerKernels kLayerAvx2;
extern const LayerKernels kLayerAvx512;

}  // namespace voicestand::simd
