#include <immintrin.h>

#include "voicestand/simd/filter_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 8;

float sum_of(__m256 eight) noexcept VS_REALTIME {
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

__m256 product(const float* a, const float* b, __m256 sum) noexcept VS_REALTIME {
  return _mm256_fmadd_ps(_mm256_loadu_ps(a), _mm256_loadu_ps(b), sum);
}

float dot(const float* a, const float* b, size_t count) noexcept VS_REALTIME {
  __m256 s0 = _mm256_setzero_ps();
  __m256 s1 = s0;
  __m256 s2 = s0;
  __m256 s3 = s0;
  size_t i = 0;
  for (; i + 4 * kLanes <= count; i += 4 * kLanes) {
    s0 = product(a + i, b + i, s0);
    s1 = product(a + i + kLanes, b + i + kLanes, s1);
    s2 = product(a + i + 2 * kLanes, b + i + 2 * kLanes, s2);
    s3 = product(a + i + 3 * kLanes, b + i + 3 * kLanes, s3);
  }
  for (; i + kLanes <= count; i += kLanes) s0 = product(a + i, b + i, s0);
  const float sum = sum_of(_mm256_add_ps(_mm256_add_ps(s0, s1), _mm256_add_ps(s2, s3)));
  return sum + kFilterScalar.dot(a + i, b + i, count - i);
}

// The sums of eight vectors, each in the same order.
[[gnu::always_inline]] inline __m256 sums_of(const __m256 (&s)[kLanes]) noexcept VS_REALTIME {
  const __m256 s0123 = _mm256_hadd_ps(_mm256_hadd_ps(s[0], s[1]), _mm256_hadd_ps(s[2], s[3]));
  const __m256 s4567 = _mm256_hadd_ps(_mm256_hadd_ps(s[4], s[5]), _mm256_hadd_ps(s[6], s[7]));
  return _mm256_add_ps(_mm256_permute2f128_ps(s0123, s4567, 0x20), _mm256_permute2f128_ps(s0123, s4567, 0x31));
}

// Eight outputs side by side: the sums of one need not wait for each other.
__m256 eight_outputs(const FirOutput* outputs, size_t tap_count) noexcept VS_REALTIME {
  __m256 sums[kLanes];
#pragma GCC unroll 8
  for (__m256& sum : sums) sum = _mm256_setzero_ps();
  for (size_t tap = 0; tap < tap_count; tap += kLanes) {
#pragma GCC unroll 8
    for (size_t k = 0; k < kLanes; ++k) sums[k] = product(outputs[k].taps + tap, outputs[k].samples + tap, sums[k]);
  }
  return sums_of(sums);
}

void fir(const FirOutput* outputs, size_t count, size_t tap_count, float* out) noexcept VS_REALTIME {
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) _mm256_storeu_ps(out + i, eight_outputs(outputs + i, tap_count));
  if (i == count) return;
  FirOutput rest[kLanes];
  for (size_t k = 0; k < kLanes; ++k) rest[k] = outputs[i + k < count ? i + k : i];
  float values[kLanes];
  _mm256_storeu_ps(values, eight_outputs(rest, tap_count));
  for (size_t k = 0; i + k < count; ++k) out[i + k] = values[k];
}

// Adds up four neighbours, and the four that come eight outputs after them: what those hear lies eight strides later, a
// whole number of vectors, so that every vector of samples is loaded once for both.
[[gnu::always_inline]] inline void eight_decimated(const float* taps, size_t tap_count, const float* samples,
                                                   size_t stride, __m256* early, __m256* late) noexcept VS_REALTIME {
  __m256 e[4];
  __m256 l[4];
#pragma GCC unroll 4
  for (size_t k = 0; k < 4; ++k) e[k] = l[k] = _mm256_setzero_ps();
  const size_t lag = kLanes * stride;
  size_t at = 0;
  for (; at < lag; at += kLanes) {
    const __m256 early_taps = _mm256_loadu_ps(taps + at);
#pragma GCC unroll 4
    for (size_t k = 0; k < 4; ++k) e[k] = _mm256_fmadd_ps(early_taps, _mm256_loadu_ps(samples + k * stride + at), e[k]);
  }
  for (; at < tap_count; at += kLanes) {
    const __m256 early_taps = _mm256_loadu_ps(taps + at);
    const __m256 late_taps = _mm256_loadu_ps(taps + at - lag);
#pragma GCC unroll 4
    for (size_t k = 0; k < 4; ++k) {
      const __m256 heard = _mm256_loadu_ps(samples + k * stride + at);
      e[k] = _mm256_fmadd_ps(early_taps, heard, e[k]);
      l[k] = _mm256_fmadd_ps(late_taps, heard, l[k]);
    }
  }
  for (; at < tap_count + lag; at += kLanes) {
    const __m256 late_taps = _mm256_loadu_ps(taps + at - lag);
#pragma GCC unroll 4
    for (size_t k = 0; k < 4; ++k) l[k] = _mm256_fmadd_ps(late_taps, _mm256_loadu_ps(samples + k * stride + at), l[k]);
  }
#pragma GCC unroll 4
  for (size_t k = 0; k < 4; ++k) {
    early[k] = e[k];
    late[k] = l[k];
  }
}

void decimate(const float* taps, size_t tap_count, const float* samples, size_t stride, float* out,
              size_t count) noexcept VS_REALTIME {
  size_t i = 0;
  if (kLanes * stride <= tap_count) {
    for (; i + 2 * kLanes <= count; i += 2 * kLanes) {
      __m256 early[kLanes];
      __m256 late[kLanes];
      eight_decimated(taps, tap_count, samples + i * stride, stride, early, late);
      eight_decimated(taps, tap_count, samples + (i + 4) * stride, stride, early + 4, late + 4);
      _mm256_storeu_ps(out + i, sums_of(early));
      _mm256_storeu_ps(out + i + kLanes, sums_of(late));
    }
  }
  while (i < count) {
    FirOutput rest[kLanes];
    const size_t some = count - i < kLanes ? count - i : kLanes;
    for (size_t k = 0; k < some; ++k) rest[k] = {.taps = taps, .samples = samples + (i + k) * stride};
    fir(rest, some, tap_count, out + i);
    i += some;
  }
}

// Four outputs from `first` on, but for what the outputs before the group add. `inputs` begins with x2 and x1.
template <size_t kFirst>
__m256d four_of_inputs(const Biquad& filter, const double* inputs) noexcept VS_REALTIME {
  __m256d sum = _mm256_setzero_pd();
#pragma GCC unroll 10
  for (size_t i = 0; i < 2 + kFirst + 4; ++i) {
    sum = _mm256_fmadd_pd(_mm256_load_pd(&filter.columns[2 + i][kFirst]), _mm256_broadcast_sd(inputs + i), sum);
  }
  return sum;
}

template <size_t kFirst>
__m256d add_history(const Biquad& filter, __m256d y2, __m256d y1, __m256d sum) noexcept VS_REALTIME {
  sum = _mm256_fmadd_pd(_mm256_load_pd(&filter.columns[0][kFirst]), y2, sum);
  return _mm256_fmadd_pd(_mm256_load_pd(&filter.columns[1][kFirst]), y1, sum);
}

void biquad(const Biquad& filter, Biquad::State& state, const float* in, float* out,
            size_t groups) noexcept VS_REALTIME {
  alignas(32) double inputs[2 + Biquad::kGroup];
  inputs[0] = state.x2;
  inputs[1] = state.x1;
  __m256d y2 = _mm256_set1_pd(state.y2);
  __m256d y1 = _mm256_set1_pd(state.y1);
  // Added to the outputs alone: whether a zero is negative must not depend on zeros of the filter's that inputs yet to
  // come are multiplied by.
  const __m256d zero = _mm256_setzero_pd();
  const __m256d inaudible = _mm256_set1_pd(Biquad::kInaudible);
  for (; groups > 0; --groups, in += Biquad::kGroup, out += Biquad::kGroup) {
    _mm256_storeu_pd(inputs + 2, _mm256_cvtps_pd(_mm_loadu_ps(in)));
    _mm256_storeu_pd(inputs + 6, _mm256_cvtps_pd(_mm_loadu_ps(in + 4)));
    const __m256d low = add_history<0>(filter, y2, y1, four_of_inputs<0>(filter, inputs));
    const __m256d high = add_history<4>(filter, y2, y1, four_of_inputs<4>(filter, inputs));
    _mm_storeu_ps(out, _mm256_cvtpd_ps(_mm256_add_pd(low, zero)));
    _mm_storeu_ps(out + 4, _mm256_cvtpd_ps(_mm256_add_pd(high, zero)));
    const __m256d magnitude = _mm256_andnot_pd(_mm256_set1_pd(-0.0), high);
    const __m256d kept = _mm256_and_pd(high, _mm256_cmp_pd(magnitude, inaudible, _CMP_GE_OQ));
    y2 = _mm256_permute4x64_pd(kept, 0b10'10'10'10);
    y1 = _mm256_permute4x64_pd(kept, 0b11'11'11'11);
    inputs[0] = inputs[8];
    inputs[1] = inputs[9];
  }
  state = {.x1 = inputs[1], .x2 = inputs[0], .y1 = _mm256_cvtsd_f64(y1), .y2 = _mm256_cvtsd_f64(y2)};
}

}  // namespace

const FilterKernels kFilterAvx2{.dot = dot, .fir = fir, .decimate = decimate, .biquad = biquad};

}  // namespace voicestand::simd
