#include "voicestand/simd/avx512_intrinsics.h"
#include "voicestand/simd/level_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 16;

// A NaN is the operand that max() lets go.
__m512 louder(__m512 largest, const float* samples) noexcept VS_REALTIME {
  return _mm512_max_ps(_mm512_abs_ps(_mm512_loadu_ps(samples)), largest);
}

float largest_of(__m512 sixteen) noexcept VS_REALTIME {
  const __m512d halves = _mm512_castps_pd(sixteen);
  const __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(halves, 1));
  const __m256 eight = _mm256_max_ps(_mm512_castps512_ps256(sixteen), high);
  const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}

// The last sixteen overlap those before where `count` is no multiple of sixteen.
float peak(const float* samples, size_t count) noexcept VS_REALTIME {
  if (count < kLanes) return kLevelScalar.peak(samples, count);
  __m512 p0 = _mm512_setzero_ps();
  __m512 p1 = p0;
  __m512 p2 = p0;
  __m512 p3 = p0;
  size_t i = 0;
  for (; i + 4 * kLanes <= count; i += 4 * kLanes) {
    p0 = louder(p0, samples + i);
    p1 = louder(p1, samples + i + kLanes);
    p2 = louder(p2, samples + i + 2 * kLanes);
    p3 = louder(p3, samples + i + 3 * kLanes);
  }
  for (; i + kLanes <= count; i += kLanes) p0 = louder(p0, samples + i);
  p0 = louder(p0, samples + count - kLanes);
  return largest_of(_mm512_max_ps(_mm512_max_ps(p0, p1), _mm512_max_ps(p2, p3)));
}

__m512d squared(__m512d sum, const float* samples) noexcept VS_REALTIME {
  const __m512d eight = _mm512_cvtps_pd(_mm256_loadu_ps(samples));
  return _mm512_fmadd_pd(eight, eight, sum);
}

double sum_of_squares(const float* samples, size_t count) noexcept VS_REALTIME {
  __m512d s0 = _mm512_setzero_pd();
  __m512d s1 = s0;
  __m512d s2 = s0;
  __m512d s3 = s0;
  size_t i = 0;
  for (; i + 32 <= count; i += 32) {
    s0 = squared(s0, samples + i);
    s1 = squared(s1, samples + i + 8);
    s2 = squared(s2, samples + i + 16);
    s3 = squared(s3, samples + i + 24);
  }
  for (; i + 8 <= count; i += 8) s0 = squared(s0, samples + i);
  const __m512d eight = _mm512_add_pd(_mm512_add_pd(s0, s1), _mm512_add_pd(s2, s3));
  const __m256d four = _mm256_add_pd(_mm512_castpd512_pd256(eight), _mm512_extractf64x4_pd(eight, 1));
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
  const double sum = _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
  return sum + kLevelScalar.sum_of_squares(samples + i, count - i);
}

}  // namespace

const LevelKernels VS_AVX512_TABLE(kLevel){.peak = peak, .sum_of_squares = sum_of_squares};

}  // namespace voicestand::simd
