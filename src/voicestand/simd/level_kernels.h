#pragma once

#include <stddef.h>

#include "voicestand/base/realtime.h"

namespace voicestand::simd {

// How loud samples are; 0 for none.
struct LevelKernels {
  // The largest magnitude; a NaN counts as 0. All instruction sets give the same bits.
  float (*peak)(const float* samples, size_t count) noexcept VS_REALTIME;

  // Good to about 1e-6 of itself at any length; NaN where one of the samples is.
  double (*sum_of_squares)(const float* samples, size_t count) noexcept VS_REALTIME;
};

extern const LevelKernels kLevelScalar;
extern const LevelKernels kLevelAvx2;
extern const LevelKernels kLevelAvx512;

}  // namespace voicestand::simd
