#pragma once

#include <stddef.h>

#include "voicestand/base/realtime.h"

namespace voicestand::simd {

// Samples times a factor. `out` may be `in`, and must not overlap it otherwise.
struct GainKernels {
  // out = in * gain. All instruction sets give the same bits.
  void (*apply)(const float* in, float gain, float* out, size_t count) noexcept VS_REALTIME;
};

extern const GainKernels kGainScalar;
extern const GainKernels kGainAvx2;
extern const GainKernels kGainAvx512;

}  // namespace voicestand::simd
