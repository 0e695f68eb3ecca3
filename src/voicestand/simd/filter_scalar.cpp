#include "voicestand/simd/filter_kernels.h"

namespace voicestand::simd {
namespace {

// Four sums, so that one addition need not wait for the one before.
float dot(const float* a, const float* b, size_t count) noexcept VS_REALTIME {
  float sums[4] = {};
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (size_t lane = 0; lane < 4; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  for (; i < count; ++i) sums[0] += a[i] * b[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

void fir(const FirOutput* outputs, size_t count, size_t tap_count, float* out) noexcept VS_REALTIME {
  for (size_t i = 0; i < count; ++i) out[i] = dot(outputs[i].taps, outputs[i].samples, tap_count);
}

void decimate(const float* taps, size_t tap_count, const float* samples, size_t stride, float* out,
              size_t count) noexcept VS_REALTIME {
  for (size_t i = 0; i < count; ++i) out[i] = dot(taps, samples + i * stride, tap_count);
}

void biquad(const Biquad& filter, Biquad::State& state, const float* in, float* out,
            size_t groups) noexcept VS_REALTIME {
  for (size_t i = 0; i < groups * Biquad::kGroup; ++i) {
    const double x = in[i];
    const double of_inputs = filter.b0 * x + filter.b1 * state.x1 + filter.b2 * state.x2;
    const double y = of_inputs - filter.a2 * state.y2 - filter.a1 * state.y1;
    out[i] = static_cast<float>(y);
    state = {.x1 = x, .x2 = state.x1, .y1 = __builtin_fabs(y) < Biquad::kInaudible ? 0.0 : y, .y2 = state.y1};
  }
}

}  // namespace

const FilterKernels kFilterScalar{.dot = dot, .fir = fir, .decimate = decimate, .biquad = biquad};

}  // namespace voicestand::simd
