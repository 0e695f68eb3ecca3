#include <stdint.h>

#include "voicestand/simd/avx512_intrinsics.h"
#include "voicestand/simd/gain_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 16;

// The first index from 1 on where `out` is aligned to a vector.
size_t first_aligned(const float* out) noexcept VS_REALTIME {
  return kLanes - (reinterpret_cast<uintptr_t>(out) / sizeof(float)) % kLanes;
}

// `out` from vector_at(i, mask), sixteen by sixteen. The two vectors at the ends overlap those between: they are
// computed before anything is written, as `out` may be what they are computed from.
template <typename VectorAt>
void fill(float* out, size_t count, VectorAt vector_at) noexcept VS_REALTIME {
  constexpr __mmask16 kAll = 0xFFFF;
  if (count < kLanes) {
    const auto some = static_cast<__mmask16>((1U << count) - 1);
    _mm512_mask_storeu_ps(out, some, vector_at(0, some));
    return;
  }
  const __m512 first = vector_at(0, kAll);
  const __m512 last = vector_at(count - kLanes, kAll);
  size_t i = first_aligned(out);
  for (; i + 4 * kLanes <= count; i += 4 * kLanes) {
    const __m512 v0 = vector_at(i, kAll);
    const __m512 v1 = vector_at(i + kLanes, kAll);
    const __m512 v2 = vector_at(i + 2 * kLanes, kAll);
    const __m512 v3 = vector_at(i + 3 * kLanes, kAll);
    _mm512_store_ps(out + i, v0);
    _mm512_store_ps(out + i + kLanes, v1);
    _mm512_store_ps(out + i + 2 * kLanes, v2);
    _mm512_store_ps(out + i + 3 * kLanes, v3);
  }
  for (; i + kLanes <= count; i += kLanes) _mm512_store_ps(out + i, vector_at(i, kAll));
  _mm512_storeu_ps(out, first);
  _mm512_storeu_ps(out + count - kLanes, last);
}

void apply(const float* in, float gain, float* out, size_t count) noexcept VS_REALTIME {
  const __m512 gains = _mm512_set1_ps(gain);
  fill(out, count, [=](size_t i, __mmask16 mask) noexcept VS_REALTIME {
    return _mm512_mul_ps(_mm512_maskz_loadu_ps(mask, in + i), gains);
  });
}

}  // namespace

const GainKernels VS_AVX512_TABLE(kGain){.apply = apply};

}  // namespace voicestand::simd
