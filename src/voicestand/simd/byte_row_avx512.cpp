#include "voicestand/simd/avx512_intrinsics.h"
#include "voicestand/simd/byte_row_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 16;
static_assert(kLanes == kDithers);

inline __mmask16 first_lanes(size_t count) noexcept {
  return count < kLanes ? static_cast<__mmask16>((1U << count) - 1U) : __mmask16{0xFFFF};
}

// The lanes' sum or greatest, as `merge` says, in every lane.
template <typename Merge>
__m512 over_lanes(__m512 lanes, Merge merge) noexcept {
  lanes = merge(lanes, _mm512_shuffle_f32x4(lanes, lanes, 0x4E));
  lanes = merge(lanes, _mm512_shuffle_f32x4(lanes, lanes, 0xB1));
  lanes = merge(lanes, _mm512_shuffle_ps(lanes, lanes, 0x4E));
  return merge(lanes, _mm512_shuffle_ps(lanes, lanes, 0xB1));
}

// The greatest of what `of` makes of the numbers; one that is none is passed over, being the first operand.
template <typename Of>
__m512 greatest_of(const float* x, size_t count, float least, Of of) noexcept {
  const auto greater = [](__m512 a, __m512 b) noexcept { return _mm512_max_ps(a, b); };
  __m512 even = _mm512_set1_ps(least);
  __m512 odd = even;
  size_t i = 0;
  for (; i + 2 * kLanes <= count; i += 2 * kLanes) {
    even = greater(of(_mm512_loadu_ps(x + i)), even);
    odd = greater(of(_mm512_loadu_ps(x + i + kLanes)), odd);
  }
  for (; i < count; i += kLanes) {
    const __mmask16 mask = first_lanes(count - i);
    even = _mm512_mask_mov_ps(even, mask, greater(of(_mm512_maskz_loadu_ps(mask, x + i)), even));
  }
  return over_lanes(greater(even, odd), greater);
}

size_t greatest(const float* x, size_t count) noexcept VS_REALTIME {
  const __m512 most = greatest_of(x, count, -1, [](__m512 value) noexcept { return _mm512_abs_ps(value); });
  for (size_t i = 0; i < count; i += kLanes) {
    const __mmask16 mask = first_lanes(count - i);
    const __m512 magnitudes = _mm512_abs_ps(_mm512_maskz_loadu_ps(mask, x + i));
    const auto same = static_cast<unsigned>(_mm512_cmp_ps_mask(magnitudes, most, _CMP_EQ_OQ)) & mask;
    if (same != 0) return i + static_cast<size_t>(__builtin_ctz(same));
  }
  return 0;
}

// y += the sum of a few inputs.
template <size_t kInputs>
void add_some(const ByteWeights& weights, const InputValue* inputs, float* y) noexcept VS_REALTIME {
  const float zero = static_cast<float>(weights.zero) + weights.zero_fraction;
  const uint8_t* bytes[kInputs];
  float factors[kInputs];
  __m512 vectors[kInputs];
  for (size_t j = 0; j < kInputs; ++j) {
    bytes[j] = weights.bytes + inputs[j].input * weights.outputs;
    factors[j] = inputs[j].value * weights.scale;
    vectors[j] = _mm512_set1_ps(factors[j]);
  }
  size_t output = 0;
  for (; output + kLanes <= weights.outputs; output += kLanes) {
    __m512 sum = _mm512_loadu_ps(y + output);
    for (size_t j = 0; j < kInputs; ++j) {
      const uint8_t* const at = bytes[j] + output;
      const __m128i few = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
      const __m512 values = _mm512_sub_ps(_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(few)), _mm512_set1_ps(zero));
      sum = _mm512_add_ps(sum, _mm512_mul_ps(vectors[j], values));
    }
    _mm512_storeu_ps(y + output, sum);
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
// NaN stays.
// NOLINTBEGIN(modernize-use-std-numbers): a factor that happens to lie near ln 2
constexpr float kLog2E = 1.44269504F;
constexpr size_t kTerms = 5;
constexpr float kTwoToThe[kTerms] = {9.570101276e-03F, 5.591785908e-02F, 2.402474433e-01F, 6.931217909e-01F, 1.0F};
// NOLINTEND(modernize-use-std-numbers)

inline __m512 exponential(__m512 x) noexcept {
  const __m512 binary = _mm512_set1_ps(kLog2E);
  const __m512 rounding = _mm512_set1_ps(0x1.8p23F);  // has no digits behind the point
  const __m512 bounded = _mm512_max_ps(_mm512_set1_ps(-100), x);
  const __m512 n = _mm512_sub_ps(_mm512_fmadd_ps(bounded, binary, rounding), rounding);
  const __m512 r = _mm512_fmsub_ps(bounded, binary, n);
  __m512 sum = _mm512_set1_ps(kTwoToThe[0]);
#pragma GCC unroll 8
  for (size_t i = 1; i < kTerms; ++i) sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(kTwoToThe[i]));
  return _mm512_scalef_ps(sum, n);
}

float softmax(const float* x, size_t count, uint8_t* bytes) noexcept VS_REALTIME {
  const __m512 most = greatest_of(x, count, -__builtin_inff(), [](__m512 value) noexcept { return value; });
  const __m512 dither = _mm512_loadu_ps(kDither);
  const auto byte = [=](__m512 e) noexcept {
    return _mm512_cvttps_epi32(_mm512_fmadd_ps(e, _mm512_set1_ps(255), dither));
  };
  const auto plus = [](__m512 a, __m512 b) noexcept { return _mm512_add_ps(a, b); };
  __m512 sum = _mm512_setzero_ps();
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const __m512 e = exponential(_mm512_sub_ps(_mm512_loadu_ps(x + i), most));
    sum = plus(sum, e);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes + i), _mm512_cvtepi32_epi8(byte(e)));
  }
  if (i < count) {
    const __mmask16 mask = first_lanes(count - i);
    const __m512 e = exponential(_mm512_sub_ps(_mm512_maskz_loadu_ps(mask, x + i), most));
    sum = _mm512_mask_mov_ps(sum, mask, plus(sum, e));
    _mm512_mask_cvtepi32_storeu_epi8(bytes + i, mask, byte(e));
  }
  return 1.0F / (255.0F * _mm_cvtss_f32(_mm512_castps512_ps128(over_lanes(sum, plus))));
}

}  // namespace

const ByteRowKernels VS_AVX512_TABLE(kByteRow){.greatest = greatest, .add_inputs = add_inputs, .softmax = softmax};

}  // namespace voicestand::simd
