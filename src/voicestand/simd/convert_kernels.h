#pragma once

#include <stddef.h>
#include <stdint.h>

#include "voicestand/base/realtime.h"

namespace voicestand::simd {

// Interleaved frames of 1 to 8 channels -> mono: the mean of the channels times `gain`, where full scale is 1. `frames`
// lie at any alignment, little-endian, and do not overlap `mono`. All instruction sets give the same bits.
using ToMono = void (*)(const void* frames, size_t channels, size_t count, float gain,
                        float* mono) noexcept VS_REALTIME;

// From the formats of samples.
struct ConvertKernels {
  // f32 samples beyond ±kMaxMagnitude are damage: they are limited to it; those that are not finite count as 0.
  static constexpr float kMaxMagnitude = 8.0F;

  ToMono s16;
  ToMono s24;        // three bytes
  ToMono s24_in_32;  // four bytes, the upper one of no meaning
  ToMono s32;
  ToMono f32;
};

extern const ConvertKernels kConvertScalar;
extern const ConvertKernels kConvertAvx2;
extern const ConvertKernels kConvertAvx512;

}  // namespace voicestand::simd
