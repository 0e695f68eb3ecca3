#include <immintrin.h>

#include "voicestand/simd/level_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 8;

// A NaN is the operand that max() lets go.
__m256 louder(__m256 largest, const float* samples) noexcept VS_REALTIME {
  const __m256 magnitude = _mm256_andnot_ps(_mm256_set1_ps(-0.0F), _mm256_loadu_ps(samples));
  return _mm256_max_ps(magnitude, largest);
}

// The last eight overlap those before where `count` is no multiple of eight.
float peak(const float* samples, size_t count) noexcept VS_REALTIME {
  if (count < kLanes) return kLevelScalar.peak(samples, count);
  __m256 p0 = _mm256_setzero_ps();
  __m256 p1 = p0;
  __m256 p2 = p0;
  __m256 p3 = p0;
  size_t i = 0;
  for (; i + 4 * kLanes <= count; i += 4 * kLanes) {
    p0 = louder(p0, samples + i);
    p1 = louder(p1, samples + i + kLanes);
    p2 = louder(p2, samples + i + 2 * kLanes);
    p3 = louder(p3, samples + i + 3 * kLanes);
  }
  for (; i + kLanes <= count; i += kLanes) p0 = louder(p0, samples + i);
  p0 = louder(p0, samples + count - kLanes);
  const __m256 eight = _mm256_max_ps(_mm256_max_ps(p0, p1), _mm256_max_ps(p2, p3));
  const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}

__m256d squared(__m256d sum, const float* samples) noexcept VS_REALTIME {
  const __m256d four = _mm256_cvtps_pd(_mm_loadu_ps(samples));
  return _mm256_fmadd_pd(four, four, sum);
}

double sum_of_squares(const float* samples, size_t count) noexcept VS_REALTIME {
  __m256d s0 = _mm256_setzero_pd();
  __m256d s1 = s0;
  __m256d s2 = s0;
  __m256d s3 = s0;
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    s0 = squared(s0, samples + i);
    s1 = squared(s1, samples + i + 4);
    s2 = squared(s2, samples + i + 8);
    s3 = squared(s3, samples + i + 12);
  }
  for (; i + 4 <= count; i += 4) s0 = squared(s0, samples + i);
  const __m256d four = _mm256_add_pd(_mm256_add_pd(s0, s1), _mm256_add_pd(s2, s3));
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
  const double sum = _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
  return sum + kLevelScalar.sum_of_squares(samples + i, count - i);
}

}  // namespace

const LevelKernels kLevelAvx2{.peak = peak, .sum_of_squares = sum_of_squares};

}  // namespace voicestand::simd
