#include <immintrin.h>

#include "voicestand/simd/layer_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 8;

inline __m256i first_lanes(size_t count) noexcept {
  const auto lanes = static_cast<int>(count < kLanes ? count : kLanes);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(lanes), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

// y = of(x), number by number.
template <typename Of>
void map(const float* x, size_t count, float* y, Of of) noexcept {
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) _mm256_storeu_ps(y + i, of(_mm256_loadu_ps(x + i)));
  if (i == count) return;
  const __m256i mask = first_lanes(count - i);
  _mm256_maskstore_ps(y + i, mask, of(_mm256_maskload_ps(x + i, mask)));
}

// y = of(x, z).
template <typename Of>
void map(const float* x, const float* z, size_t count, float* y, Of of) noexcept {
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) _mm256_storeu_ps(y + i, of(_mm256_loadu_ps(x + i), _mm256_loadu_ps(z + i)));
  if (i == count) return;
  const __m256i mask = first_lanes(count - i);
  _mm256_maskstore_ps(y + i, mask, of(_mm256_maskload_ps(x + i, mask), _mm256_maskload_ps(z + i, mask)));
}

// What `add` makes of a sum and each number, and `merge` of such sums, in every lane.
template <typename Add, typename Merge>
__m256 over(const float* x, size_t count, float beginning, Add add, Merge merge) noexcept {
  __m256 even = _mm256_set1_ps(beginning);
  __m256 odd = even;
  size_t i = 0;
  for (; i + 2 * kLanes <= count; i += 2 * kLanes) {
    even = add(even, _mm256_loadu_ps(x + i));
    odd = add(odd, _mm256_loadu_ps(x + i + kLanes));
  }
  for (; i < count; i += kLanes) {
    const __m256i mask = first_lanes(count - i);
    even = _mm256_blendv_ps(even, add(even, _mm256_maskload_ps(x + i, mask)), _mm256_castsi256_ps(mask));
  }
  __m256 lanes = merge(even, odd);
  lanes = merge(lanes, _mm256_permute2f128_ps(lanes, lanes, 0x01));
  lanes = merge(lanes, _mm256_shuffle_ps(lanes, lanes, 0x4E));
  return merge(lanes, _mm256_shuffle_ps(lanes, lanes, 0xB1));
}

void layer_norm(const float* x, const float* weight, size_t count, float* y) noexcept VS_REALTIME {
  const auto sum = [](__m256 a, __m256 b) noexcept { return _mm256_add_ps(a, b); };
  const __m256 numbers = _mm256_set1_ps(static_cast<float>(count));
  const __m256 mean = _mm256_div_ps(over(x, count, 0, sum, sum), numbers);
  const auto add_square = [=](__m256 squares, __m256 value) noexcept {
    const __m256 apart = _mm256_sub_ps(value, mean);
    return _mm256_fmadd_ps(apart, apart, squares);
  };
  const __m256 variance = _mm256_div_ps(over(x, count, 0, add_square, sum), numbers);
  const __m256 deviation = _mm256_sqrt_ps(_mm256_add_ps(variance, _mm256_set1_ps(1e-5F)));
  const __m256 scale = _mm256_div_ps(_mm256_set1_ps(1), deviation);
  map(x, weight, count, y, [=](__m256 value, __m256 factor) noexcept {
    return _mm256_mul_ps(_mm256_mul_ps(_mm256_sub_ps(value, mean), scale), factor);
  });
}

// NOLINTBEGIN(modernize-use-std-numbers): ln 2 in two parts, the first with so few digits that n times it is exact
constexpr float kLog2E = 1.44269504F;
constexpr float kLn2 = 0.693359375F;
constexpr float kLn2Rest = -2.12194440e-4F;
// NOLINTEND(modernize-use-std-numbers)

// e^x for x not above 0, within 9e-8 of its value; 0 where that is no normal number. x = n ln 2 + r, and
// e^r = 1 + r + r^2 P(r), of which P is the best approximation of its degree relative to e^r: 3.3e-9. NaN stays.
inline __m256 exponential(__m256 x) noexcept {
  const __m256 least = _mm256_set1_ps(-87.33F);
  const __m256 bounded = _mm256_max_ps(least, x);
  const __m256 rounding = _mm256_set1_ps(0x1.8p23F);  // has no digits behind the point
  const __m256 shifted = _mm256_fmadd_ps(bounded, _mm256_set1_ps(kLog2E), rounding);
  const __m256 n = _mm256_sub_ps(shifted, rounding);
  const __m256 most = _mm256_fmadd_ps(n, _mm256_set1_ps(-kLn2), bounded);
  const __m256 r = _mm256_fmadd_ps(n, _mm256_set1_ps(-kLn2Rest), most);
  __m256 sum = _mm256_set1_ps(1.381314457e-3F);
  sum = _mm256_fmadd_ps(sum, r, _mm256_set1_ps(8.369418829e-3F));
  sum = _mm256_fmadd_ps(sum, r, _mm256_set1_ps(4.166845679e-2F));
  sum = _mm256_fmadd_ps(sum, r, _mm256_set1_ps(1.666651479e-1F));
  sum = _mm256_fmadd_ps(sum, r, _mm256_set1_ps(4.999999305e-1F));
  const __m256 rest = _mm256_fmadd_ps(_mm256_mul_ps(r, r), sum, r);
  // The last bits of `shifted` are n, which makes an exponent.
  const __m256i exponent = _mm256_add_epi32(_mm256_castps_si256(shifted), _mm256_set1_epi32(127));
  const __m256 power = _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23));
  const __m256 value = _mm256_mul_ps(_mm256_add_ps(rest, _mm256_set1_ps(1)), power);
  return _mm256_and_ps(value, _mm256_cmp_ps(x, least, _CMP_NLT_UQ));
}

void softmax(float* x, size_t count) noexcept VS_REALTIME {
  constexpr float kLeast = -__builtin_inff();
  // NaN is passed over here, being the first operand, and comes into the sum.
  const __m256 most = over(
      x, count, kLeast, [](__m256 a, __m256 b) noexcept { return _mm256_max_ps(b, a); },
      [](__m256 a, __m256 b) noexcept { return _mm256_max_ps(a, b); });
  map(x, count, x, [=](__m256 value) noexcept { return exponential(_mm256_sub_ps(value, most)); });
  const auto sum = [](__m256 a, __m256 b) noexcept { return _mm256_add_ps(a, b); };
  const __m256 scale = _mm256_div_ps(_mm256_set1_ps(1), over(x, count, 0, sum, sum));
  map(x, count, x, [=](__m256 value) noexcept { return _mm256_mul_ps(value, scale); });
}

// P(square) / Q(square) by their factors, highest power first.
template <size_t kAbove, size_t kBelow>
__m256 quotient(__m256 square, const float (&above)[kAbove], const float (&below)[kBelow]) noexcept {
  __m256 dividend = _mm256_set1_ps(above[0]);
#pragma GCC unroll 8
  for (size_t i = 1; i < kAbove; ++i) dividend = _mm256_fmadd_ps(dividend, square, _mm256_set1_ps(above[i]));
  __m256 divisor = _mm256_set1_ps(below[0]);
#pragma GCC unroll 8
  for (size_t i = 1; i < kBelow; ++i) divisor = _mm256_fmadd_ps(divisor, square, _mm256_set1_ps(below[i]));
  return _mm256_div_ps(dividend, divisor);
}

// NaN stays: the second operand is the one that it comes through.
inline __m256 bounded(__m256 x, float bound) noexcept {
  return _mm256_max_ps(_mm256_set1_ps(-bound), _mm256_min_ps(_mm256_set1_ps(bound), x));
}

// erf(x / sqrt 2) / 2 = x P(x^2) / Q(x^2), the best approximation of its degrees on [-5.5, 5.5]: 7.2e-9. All factors
// are positive, so that nothing cancels. What lies below becomes 0.
void gelu(float* x, size_t count) noexcept VS_REALTIME {
  constexpr float kEnd = 5.5F;
  constexpr float kAbove[] = {2.274933551e-08F, 6.352132673e-06F, 1.688270793e-04F,
                              4.677269234e-03F, 3.385277899e-02F, 3.989422346e-01F};
  constexpr float kBelow[] = {1.197504152e-06F, 7.364798000e-05F, 1.884452757e-03F,
                              2.864594862e-02F, 2.515222513e-01F, 1.0F};
  map(x, count, x, [=](__m256 value) noexcept {
    const __m256 near = bounded(value, kEnd);
    const __m256 ratio = quotient(_mm256_mul_ps(near, near), kAbove, kBelow);
    const __m256 share = _mm256_fmadd_ps(near, ratio, _mm256_set1_ps(0.5F));
    const __m256 above = _mm256_cmp_ps(value, _mm256_set1_ps(-kEnd), _CMP_NLT_UQ);
    return _mm256_and_ps(_mm256_mul_ps(value, share), above);
  });
}

// The exponential is of what is below 0, so that nothing overflows.
void silu_gate(const float* up, const float* gate, size_t count, float* y) noexcept VS_REALTIME {
  const __m256 zero = _mm256_setzero_ps();
  const __m256 one = _mm256_set1_ps(1);
  map(up, gate, count, y, [=](__m256 value, __m256 opened) noexcept {
    const __m256 fading = exponential(_mm256_min_ps(_mm256_sub_ps(zero, opened), opened));
    const __m256 above = _mm256_blendv_ps(one, fading, _mm256_cmp_ps(opened, zero, _CMP_LT_OQ));
    return _mm256_mul_ps(value, _mm256_mul_ps(opened, _mm256_div_ps(above, _mm256_add_ps(one, fading))));
  });
}

// x P(x^2) / Q(x^2), the best approximation of its degrees on [-9, 9] relative to tanh: 2.1e-8. All factors are
// positive, so that nothing cancels. Beyond 9, the nearest float to tanh is 1.
void hyperbolic_tangent(const float* x, size_t count, float* y) noexcept VS_REALTIME {
  constexpr float kAbove[] = {1.335464640e-08F, 2.060906953e-05F, 3.495587251e-03F, 1.338102486e-01F, 9.999999794e-01F};
  constexpr float kBelow[] = {7.776551593e-07F, 3.285633459e-04F, 2.587697874e-02F, 4.671434045e-01F, 1.0F};
  map(x, count, y, [=](__m256 value) noexcept {
    const __m256 near = bounded(value, 9);
    return bounded(_mm256_mul_ps(near, quotient(_mm256_mul_ps(near, near), kAbove, kBelow)), 1);
  });
}

void rotate_pairs(float* x, const float* cosines, const float* sines, size_t pairs) noexcept VS_REALTIME {
  constexpr size_t kPairs = kLanes / 2;
  const __m256i twice = _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3);
  for (size_t i = 0; i < pairs; i += kPairs) {
    const size_t count = pairs - i < kPairs ? pairs - i : kPairs;
    const __m256i mask = first_lanes(2 * count);
    const __m256i half = first_lanes(count);
    const __m256 cosine = _mm256_permutevar8x32_ps(_mm256_maskload_ps(cosines + i, half), twice);
    const __m256 sine = _mm256_permutevar8x32_ps(_mm256_maskload_ps(sines + i, half), twice);
    const __m256 pair = _mm256_maskload_ps(x + 2 * i, mask);
    const __m256 other = _mm256_mul_ps(_mm256_shuffle_ps(pair, pair, 0xB1), sine);
    const __m256 turned = _mm256_fmaddsub_ps(pair, cosine, other);
    if (count == kPairs) {
      _mm256_storeu_ps(x + 2 * i, turned);
    } else {
      _mm256_maskstore_ps(x + 2 * i, mask, turned);
    }
  }
}

}  // namespace

const LayerKernels kLayerAvx2{.layer_norm = layer_norm,
                              .softmax = softmax,
                              .gelu = gelu,
                              .silu_gate = silu_gate,
                              .tanh = hyperbolic_tangent,
                              .rotate_pairs = rotate_pairs};

}  // namespace voicestand::simd
