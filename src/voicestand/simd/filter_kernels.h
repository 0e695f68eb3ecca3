#pragma once

#include <stddef.h>

#include "voicestand/base/realtime.h"
#include "voicestand/simd/biquad.h"

namespace voicestand::simd {

// One output of a polyphase filter: the taps of its phase, and the samples that they meet.
struct FirOutput {
  const float* taps;
  const float* samples;
};

struct FilterKernels {
  // The sum of a[i] * b[i].
  float (*dot)(const float* a, const float* b, size_t count) noexcept VS_REALTIME;

  // out[i] = dot of outputs[i].taps and outputs[i].samples, `tap_count` (a multiple of 8) each. An output's bits depend
  // on nothing but its own taps and samples.
  void (*fir)(const FirOutput* outputs, size_t count, size_t tap_count, float* out) noexcept VS_REALTIME;

  // out[i] = dot of taps and samples + i * stride: the same with one row of taps for all, as whole ratios have it.
  void (*decimate)(const float* taps, size_t tap_count, const float* samples, size_t stride, float* out,
                   size_t count) noexcept VS_REALTIME;

  // Filters whole groups of finite samples; `out` may be `in`. Good to the last bit or so of an output's float.
  void (*biquad)(const Biquad& filter, Biquad::State& state, const float* in, float* out,
                 size_t groups) noexcept VS_REALTIME;
};

extern const FilterKernels kFilterScalar;
extern const FilterKernels kFilterAvx2;
extern const FilterKernels kFilterAvx512;

}  // namespace voicestand::simd
