#include "voicestand/simd/avx512_intrinsics.h"
#include "voicestand/simd/filter_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 16;

__m256 halves_added(__m512 sixteen) noexcept VS_REALTIME {
  const __m256d high = _mm512_extractf64x4_pd(_mm512_castps_pd(sixteen), 1);
  return _mm256_add_ps(_mm512_castps512_ps256(sixteen), _mm256_castpd_ps(high));
}

__m512 product(const float* a, const float* b, __m512 sum) noexcept VS_REALTIME {
  return _mm512_fmadd_ps(_mm512_loadu_ps(a), _mm512_loadu_ps(b), sum);
}

float dot(const float* a, const float* b, size_t count) noexcept VS_REALTIME {
  __m512 s0 = _mm512_setzero_ps();
  __m512 s1 = s0;
  __m512 s2 = s0;
  __m512 s3 = s0;
  size_t i = 0;
  for (; i + 4 * kLanes <= count; i += 4 * kLanes) {
    s0 = product(a + i, b + i, s0);
    s1 = product(a + i + kLanes, b + i + kLanes, s1);
    s2 = product(a + i + 2 * kLanes, b + i + 2 * kLanes, s2);
    s3 = product(a + i + 3 * kLanes, b + i + 3 * kLanes, s3);
  }
  for (; i + kLanes <= count; i += kLanes) s0 = product(a + i, b + i, s0);
  const auto rest = static_cast<__mmask16>((1U << (count - i)) - 1);
  s1 = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(rest, a + i), _mm512_maskz_loadu_ps(rest, b + i), s1);
  const __m256 eight = halves_added(_mm512_add_ps(_mm512_add_ps(s0, s1), _mm512_add_ps(s2, s3)));
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

constexpr size_t kOutputs = 8;  // side by side: the sums of one need not wait for each other

// The sums of eight vectors, each in the same order.
[[gnu::always_inline]] inline __m256 sums_of(const __m512 (&s)[kOutputs]) noexcept VS_REALTIME {
  const __m256 s01 = _mm256_hadd_ps(halves_added(s[0]), halves_added(s[1]));
  const __m256 s23 = _mm256_hadd_ps(halves_added(s[2]), halves_added(s[3]));
  const __m256 s45 = _mm256_hadd_ps(halves_added(s[4]), halves_added(s[5]));
  const __m256 s67 = _mm256_hadd_ps(halves_added(s[6]), halves_added(s[7]));
  const __m256 s0123 = _mm256_hadd_ps(s01, s23);
  const __m256 s4567 = _mm256_hadd_ps(s45, s67);
  return _mm256_add_ps(_mm256_permute2f128_ps(s0123, s4567, 0x20), _mm256_permute2f128_ps(s0123, s4567, 0x31));
}

__m256 eight_outputs(const FirOutput* outputs, size_t tap_count) noexcept VS_REALTIME {
  __m512 sums[kOutputs];
#pragma GCC unroll 8
  for (__m512& sum : sums) sum = _mm512_setzero_ps();
  size_t tap = 0;
  for (; tap + kLanes <= tap_count; tap += kLanes) {
#pragma GCC unroll 8
    for (size_t k = 0; k < kOutputs; ++k) sums[k] = product(outputs[k].taps + tap, outputs[k].samples + tap, sums[k]);
  }
  if (tap < tap_count) {  // eight more
    constexpr __mmask16 kHalf = 0x00FF;
#pragma GCC unroll 8
    for (size_t k = 0; k < kOutputs; ++k) {
      sums[k] = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(kHalf, outputs[k].taps + tap),
                                _mm512_maskz_loadu_ps(kHalf, outputs[k].samples + tap), sums[k]);
    }
  }
  return sums_of(sums);
}

void fir(const FirOutput* outputs, size_t count, size_t tap_count, float* out) noexcept VS_REALTIME {
  size_t i = 0;
  for (; i + kOutputs <= count; i += kOutputs) _mm256_storeu_ps(out + i, eight_outputs(outputs + i, tap_count));
  if (i == count) return;
  FirOutput rest[kOutputs];
  for (size_t k = 0; k < kOutputs; ++k) rest[k] = outputs[i + k < count ? i + k : i];
  float values[kOutputs];
  _mm256_storeu_ps(values, eight_outputs(rest, tap_count));
  for (size_t k = 0; i + k < count; ++k) out[i + k] = values[k];
}

// As eight_outputs(), each sum in the same order, with one row of taps: it is loaded once for all eight.
__m256 eight_decimated(const float* taps, size_t tap_count, const float* samples, size_t stride) noexcept VS_REALTIME {
  __m512 sums[kOutputs];
#pragma GCC unroll 8
  for (__m512& sum : sums) sum = _mm512_setzero_ps();
  size_t tap = 0;
  for (; tap + kLanes <= tap_count; tap += kLanes) {
    const __m512 factors = _mm512_loadu_ps(taps + tap);
#pragma GCC unroll 8
    for (size_t k = 0; k < kOutputs; ++k)
      sums[k] = _mm512_fmadd_ps(factors, _mm512_loadu_ps(samples + k * stride + tap), sums[k]);
  }
  if (tap < tap_count) {  // eight more
    constexpr __mmask16 kHalf = 0x00FF;
    const __m512 factors = _mm512_maskz_loadu_ps(kHalf, taps + tap);
#pragma GCC unroll 8
    for (size_t k = 0; k < kOutputs; ++k)
      sums[k] = _mm512_fmadd_ps(factors, _mm512_maskz_loadu_ps(kHalf, samples + k * stride + tap), sums[k]);
  }
  return sums_of(sums);
}

void decimate(const float* taps, size_t tap_count, const float* samples, size_t stride, float* out,
              size_t count) noexcept VS_REALTIME {
  size_t i = 0;
  for (; i + kOutputs <= count; i += kOutputs)
    _mm256_storeu_ps(out + i, eight_decimated(taps, tap_count, samples + i * stride, stride));
  if (i == count) return;
  FirOutput rest[kOutputs];
  for (size_t k = 0; i + k < count; ++k) rest[k] = {.taps = taps, .samples = samples + (i + k) * stride};
  fir(rest, count - i, tap_count, out + i);
}

void biquad(const Biquad& filter, Biquad::State& state, const float* in, float* out,
            size_t groups) noexcept VS_REALTIME {
  alignas(64) double inputs[2 + Biquad::kGroup];
  inputs[0] = state.x2;
  inputs[1] = state.x1;
  __m512d y2 = _mm512_set1_pd(state.y2);
  __m512d y1 = _mm512_set1_pd(state.y1);
  for (; groups > 0; --groups, in += Biquad::kGroup, out += Biquad::kGroup) {
    _mm512_storeu_pd(inputs + 2, _mm512_cvtps_pd(_mm256_loadu_ps(in)));
    __m512d sum = _mm512_setzero_pd();
#pragma GCC unroll 10
    for (size_t i = 0; i < 2 + Biquad::kGroup; ++i) {
      sum = _mm512_fmadd_pd(_mm512_load_pd(filter.columns[2 + i]), _mm512_set1_pd(inputs[i]), sum);
    }
    sum = _mm512_fmadd_pd(_mm512_load_pd(filter.columns[0]), y2, sum);
    sum = _mm512_fmadd_pd(_mm512_load_pd(filter.columns[1]), y1, sum);
    // Zero is added to the outputs: whether one is negative must not depend on zeros of the filter's that inputs yet to
    // come are multiplied by.
    _mm256_storeu_ps(out, _mm512_cvtpd_ps(_mm512_add_pd(sum, _mm512_setzero_pd())));
    const __m512d inaudible = _mm512_set1_pd(Biquad::kInaudible);
    const __mmask8 heard = _mm512_cmp_pd_mask(_mm512_abs_pd(sum), inaudible, _CMP_GE_OQ);
    const __m512d kept = _mm512_maskz_mov_pd(heard, sum);
    y2 = _mm512_permutexvar_pd(_mm512_set1_epi64(6), kept);
    y1 = _mm512_permutexvar_pd(_mm512_set1_epi64(7), kept);
    inputs[0] = inputs[8];
    inputs[1] = inputs[9];
  }
  state = {.x1 = inputs[1],
           .x2 = inputs[0],
           .y1 = _mm_cvtsd_f64(_mm512_castpd512_pd128(y1)),
           .y2 = _mm_cvtsd_f64(_mm512_castpd512_pd128(y2))};
}

}  // namespace

const FilterKernels VS_AVX512_TABLE(kFilter){.dot = dot, .fir = fir, .decimate = decimate, .biquad = biquad};

}  // namespace voicestand::simd
