#pragma once

#include <stddef.h>

#include "voicestand/base/realtime.h"

namespace voicestand::simd {

// One output of a polyphase filter: the taps of its phase, and the samples that they meet.
struct FirOutput {
  const float* taps;
  const float* samples;
};

// A filter of second order, y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y'', for groups of samples: a group's outputs are a
// linear map of the two inputs and outputs before it and of its own inputs. Nothing of an output depends on the inputs
// after it, so that a group that has only begun may be filled up with zeros and computed again when the rest has come.
struct Biquad {
  static constexpr size_t kGroup = 8;

  struct State {
    double x1, x2;  // the last input and the one before
    double y1, y2;  // the same of the outputs
  };

  double b0, b1, b2, a1, a2;
  // What each output of a group gets of y2, y1, x2, x1 and its own inputs, in that order: a column each.
  alignas(64) double columns[4 + kGroup][kGroup];
};

struct FilterKernels {
  // The sum of a[i] * b[i].
  float (*dot)(const float* a, const float* b, size_t count) noexcept VS_REALTIME;

  // out[i] = dot of outputs[i].taps and outputs[i].samples, `taps` (a multiple of 8) each. An output's bits depend on
  // nothing but its own taps and samples.
  void (*fir)(const FirOutput* outputs, size_t count, size_t taps, float* out) noexcept VS_REALTIME;

  // Filters whole groups of finite samples; `out` may be `in`. State that has decayed below hearing becomes 0.
  void (*biquad)(const Biquad& filter, Biquad::State& state, const float* in, float* out,
                 size_t groups) noexcept VS_REALTIME;
};

extern const FilterKernels kFilterScalar;
extern const FilterKernels kFilterAvx2;
extern const FilterKernels kFilterAvx512;

}  // namespace voicestand::simd
