#include <immintrin.h>
#include <stdint.h>

#include "voicestand/simd/gain_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 8;

// The first index from 1 on where `out` is aligned to a vector.
size_t first_aligned(const float* out) noexcept VS_REALTIME {
  return kLanes - (reinterpret_cast<uintptr_t>(out) / sizeof(float)) % kLanes;
}

// out[i] = sample_at(i) of all i, eight by eight from vector_at(i). The two vectors at the ends overlap those between:
// they are computed before anything is written, as `out` may be what they are computed from.
template <typename VectorAt, typename SampleAt>
void fill(float* out, size_t count, VectorAt vector_at, SampleAt sample_at) noexcept VS_REALTIME {
  if (count < kLanes) {
    for (size_t i = 0; i < count; ++i) out[i] = sample_at(i);
    return;
  }
  const __m256 first = vector_at(0);
  const __m256 last = vector_at(count - kLanes);
  size_t i = first_aligned(out);
  for (; i + 4 * kLanes <= count; i += 4 * kLanes) {
    const __m256 v0 = vector_at(i);
    const __m256 v1 = vector_at(i + kLanes);
    const __m256 v2 = vector_at(i + 2 * kLanes);
    const __m256 v3 = vector_at(i + 3 * kLanes);
    _mm256_store_ps(out + i, v0);
    _mm256_store_ps(out + i + kLanes, v1);
    _mm256_store_ps(out + i + 2 * kLanes, v2);
    _mm256_store_ps(out + i + 3 * kLanes, v3);
  }
  for (; i + kLanes <= count; i += kLanes) _mm256_store_ps(out + i, vector_at(i));
  _mm256_storeu_ps(out, first);
  _mm256_storeu_ps(out + count - kLanes, last);
}

void apply(const float* in, float gain, float* out, size_t count) noexcept VS_REALTIME {
  const __m256 gains = _mm256_set1_ps(gain);
  fill(
      out, count, [=](size_t i) noexcept VS_REALTIME { return _mm256_mul_ps(_mm256_loadu_ps(in + i), gains); },
      [=](size_t i) noexcept VS_REALTIME { return in[i] * gain; });
}

}  // namespace

const GainKernels kGainAvx2{.apply = apply};

}  // namespace voicestand::simd
