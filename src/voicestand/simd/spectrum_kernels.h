#pragma once

#include <stddef.h>

#include "voicestand/base/realtime.h"

namespace voicestand::simd {

// What the transform of one length needs, made once by WindowedSpectrum, which owns the arrays.
//
// The samples, as half as many complex numbers, go through Stockham's radix-4 stages: each reads its input as four
// quarters and writes them interleaved, so that every load is contiguous and nothing is put into order afterwards; a
// radix-2 stage follows where the length is no power of four. The spectra of the even and the odd samples, which are
// the real and the imaginary part of that, are then taken apart and put together.
struct SpectrumPlan {
  size_t size;            // samples: a power of two, kMinSpectrum to kMaxSpectrum
  const float* window;    // size factors
  const float* twiddles;  // for each radix-4 stage the factors of the quarters 1, 2 and 3, real parts and then
                          // imaginary ones, size / 8 each; then e^(-2 pi i k / size) for k from 1 to size / 4, likewise
};

inline constexpr size_t kMinSpectrum = 128;
inline constexpr size_t kMaxSpectrum = 8192;

struct SpectrumKernels {
  // spectrum[k] = |sum over n of window[n] x[n] e^(-2 pi i k n / size)|, and squared: size / 2 + 1 numbers. `scratch`
  // holds 2 * size. The error is below 1e-7 of the root of the power of all bins. Arrays do not overlap; no alignment.
  void (*magnitude)(const SpectrumPlan& plan, const float* x, float* scratch, float* spectrum) noexcept VS_REALTIME;
  void (*power)(const SpectrumPlan& plan, const float* x, float* scratch, float* spectrum) noexcept VS_REALTIME;
};

extern const SpectrumKernels kSpectrumScalar;
extern const SpectrumKernels kSpectrumAvx2;
extern const SpectrumKernels kSpectrumAvx512;

}  // namespace voicestand::simd
