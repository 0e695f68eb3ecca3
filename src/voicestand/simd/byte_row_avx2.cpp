#include <immintrin.h>

#include "voicestand/simd/byte_row_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 8;

inline __m256i first_lanes(size_t count) noexcept {
  const auto lanes = static_cast<int>(count < kLanes ? count : kLanes);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(lanes), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

inline __m256 magnitude(__m256 x) noexcept {
  return _mm256_andnot_ps(_mm256_set1_ps(-0.0F), x);
}

// The lanes' sum or greatest, as `merge` says, in every lane.
template <typename Merge>
__m256 over_lanes(__m256 lanes, Merge merge) noexcept {
  lanes = merge(lanes, _mm256_permute2f128_ps(lanes, lanes, 0x01));
  lanes = merge(lanes, _mm256_shuffle_ps(lanes, lanes, 0x4E));
  return merge(lanes, _mm256_shuffle_ps(lanes, lanes, 0xB1));
}

// The greatest of what `of` makes of the numbers; one that is none is passed over, being the first operand.
template <typename Of>
__m256 greatest_of(const float* x, size_t count, float least, Of of) noexcept {
  const auto greater = [](__m256 a, __m256 b) noexcept { return _mm256_max_ps(a, b); };
  __m256 even = _mm256_set1_ps(least);
  __m256 odd = even;
  size_t i = 0;
  for (; i + 2 * kLanes <= count; i += 2 * kLanes) {
    even = greater(of(_mm256_loadu_ps(x + i)), even);
    odd = greater(of(_mm256_loadu_ps(x + i + kLanes)), odd);
  }
  for (; i < count; i += kLanes) {
    const __m256i mask = first_lanes(count - i);
    even = _mm256_blendv_ps(even, greater(of(_mm256_maskload_ps(x + i, mask)), even), _mm256_castsi256_ps(mask));
  }
  return over_lanes(greater(even, odd), greater);
}

size_t greatest(const float* x, size_t count) noexcept VS_REALTIME {
  const __m256 most = greatest_of(x, count, -1, [](__m256 value) noexcept { return magnitude(value); });
  for (size_t i = 0; i < count; i += kLanes) {
    const __m256i mask = first_lanes(count - i);
    const __m256 same = _mm256_cmp_ps(magnitude(_mm256_maskload_ps(x + i, mask)), most, _CMP_EQ_OQ);
    const int lanes = _mm256_movemask_ps(_mm256_and_ps(same, _mm256_castsi256_ps(mask)));
    if (lanes != 0) return i + static_cast<size_t>(__builtin_ctz(static_cast<unsigned>(lanes)));
  }
  return 0;
}

// y += the sum of a few inputs.
template <size_t kInputs>
void add_some(const ByteWeights& weights, const InputValue* inputs, float* y) noexcept VS_REALTIME {
  const float zero = static_cast<float>(weights.zero) + weights.zero_fraction;
  const uint8_t* bytes[kInputs];
  float factors[kInputs];
  __m256 vectors[kInputs];
  for (size_t j = 0; j < kInputs; ++j) {
    bytes[j] = weights.bytes + inputs[j].input * weights.outputs;
    factors[j] = inputs[j].value * weights.scale;
    vectors[j] = _mm256_set1_ps(factors[j]);
  }
  size_t output = 0;
  for (; output + kLanes <= weights.outputs; output += kLanes) {
    __m256 sum = _mm256_loadu_ps(y + output);
    for (size_t j = 0; j < kInputs; ++j) {
      const uint8_t* const at = bytes[j] + output;
      const __m128i few = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(at));
      const __m256 values = _mm256_sub_ps(_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(few)), _mm256_set1_ps(zero));
      sum = _mm256_add_ps(sum, _mm256_mul_ps(vectors[j], values));
    }
    _mm256_storeu_ps(y + output, sum);
  }
  for (; output < weights.outputs; ++output) {
    for (size_t j = 0; j < kInputs; ++j) y[output] += factors[j] * (static_cast<float>(bytes[j][output]) - zero);
  }
}

void add_inputs(const ByteWeights& weights, const InputValue* inputs, size_t count, float* y) noexcept VS_REALTIME {
  size_t j = 0;
  for (; j + 2 <= count; j += 2) add_some<2>(weights, inputs + j, y);
  if (j < count) add_some<1>(weights, inputs + j, y);
}

// e^x for x not above 0: 2^n 2^r, of which the second is the polynomial that comes closest, within 2.6e-6 of its value.
// NaN stays; what is less than the least normal float becomes about that one.
// NOLINTBEGIN(modernize-use-std-numbers): a factor that happens to lie near ln 2
constexpr float kLog2E = 1.44269504F;
constexpr size_t kTerms = 5;
constexpr float kTwoToThe[kTerms] = {9.570101276e-03F, 5.591785908e-02F, 2.402474433e-01F, 6.931217909e-01F, 1.0F};
// NOLINTEND(modernize-use-std-numbers)

inline __m256 exponential(__m256 x) noexcept {
  const __m256 binary = _mm256_set1_ps(kLog2E);
  const __m256 rounding = _mm256_set1_ps(0x1.8p23F);  // has no digits behind the point
  const __m256 bounded = _mm256_max_ps(_mm256_set1_ps(-87), x);
  const __m256 shifted = _mm256_fmadd_ps(bounded, binary, rounding);
  const __m256 r = _mm256_fmsub_ps(bounded, binary, _mm256_sub_ps(shifted, rounding));
  __m256 sum = _mm256_set1_ps(kTwoToThe[0]);
#pragma GCC unroll 8
  for (size_t i = 1; i < kTerms; ++i) sum = _mm256_fmadd_ps(sum, r, _mm256_set1_ps(kTwoToThe[i]));
  // The last bits of `shifted` are n, which makes an exponent.
  const __m256i exponent = _mm256_add_epi32(_mm256_castps_si256(shifted), _mm256_set1_epi32(127));
  return _mm256_mul_ps(sum, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
}

float softmax(const float* x, size_t count, uint8_t* bytes) noexcept VS_REALTIME {
  const __m256 most = greatest_of(x, count, -__builtin_inff(), [](__m256 value) noexcept { return value; });
  const __m256 dithers[2] = {_mm256_loadu_ps(kDither), _mm256_loadu_ps(kDither + kLanes)};
  __m256 sum = _mm256_setzero_ps();
  for (size_t i = 0; i < count; i += kLanes) {
    const __m256i mask = first_lanes(count - i);
    const __m256 all = exponential(_mm256_sub_ps(_mm256_maskload_ps(x + i, mask), most));
    const __m256 e = _mm256_and_ps(_mm256_castsi256_ps(mask), all);
    sum = _mm256_add_ps(sum, e);
    const __m256i wide = _mm256_cvttps_epi32(_mm256_fmadd_ps(e, _mm256_set1_ps(255), dithers[i / kLanes % 2]));
    const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
    const __m128i few = _mm_packus_epi16(words, words);
    if (i + kLanes <= count) {
      _mm_storel_epi64(reinterpret_cast<__m128i*>(bytes + i), few);
    } else {
      alignas(16) uint8_t last[16];
      _mm_store_si128(reinterpret_cast<__m128i*>(last), few);
      for (size_t lane = 0; i + lane < count; ++lane) bytes[i + lane] = last[lane];
    }
  }
  const __m256 whole = over_lanes(sum, [](__m256 a, __m256 b) noexcept { return _mm256_add_ps(a, b); });
  return 1.0F / (255.0F * _mm256_cvtss_f32(whole));
}

}  // namespace

const ByteRowKernels kByteRowAvx2{.greatest = greatest, .add_inputs = add_inputs, .softmax = softmax};

}  // namespace voicestand::simd
