#include "voicestand/simd/gain_kernels.h"

namespace voicestand::simd {
namespace {

void apply(const float* in, float gain, float* out, size_t count) noexcept VS_REALTIME {
  for (size_t i = 0; i < count; ++i) out[i] = in[i] * gain;
}

}  // namespace

const GainKernels kGainScalar{.apply = apply};

}  // namespace voicestand::simd
