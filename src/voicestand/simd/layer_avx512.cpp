#include "voicestand/simd/avx512_intrinsics.h"
#include "voicestand/simd/layer_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 16;

inline __mmask16 first_lanes(size_t count) noexcept {
  return count < kLanes ? static_cast<__mmask16>((1U << count) - 1U) : __mmask16{0xFFFF};
}

// y = of(x), number by number.
template <typename Of>
void map(const float* x, size_t count, float* y, Of of) noexcept {
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) _mm512_storeu_ps(y + i, of(_mm512_loadu_ps(x + i)));
  if (i == count) return;
  const __mmask16 mask = first_lanes(count - i);
  _mm512_mask_storeu_ps(y + i, mask, of(_mm512_maskz_loadu_ps(mask, x + i)));
}

// y = of(x, z).
template <typename Of>
void map(const float* x, const float* z, size_t count, float* y, Of of) noexcept {
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) _mm512_storeu_ps(y + i, of(_mm512_loadu_ps(x + i), _mm512_loadu_ps(z + i)));
  if (i == count) return;
  const __mmask16 mask = first_lanes(count - i);
  _mm512_mask_storeu_ps(y + i, mask, of(_mm512_maskz_loadu_ps(mask, x + i), _mm512_maskz_loadu_ps(mask, z + i)));
}

// What `add` makes of a sum and each number, and `merge` of such sums, in every lane.
template <typename Add, typename Merge>
__m512 over(const float* x, size_t count, float beginning, Add add, Merge merge) noexcept {
  __m512 even = _mm512_set1_ps(beginning);
  __m512 odd = even;
  size_t i = 0;
  for (; i + 2 * kLanes <= count; i += 2 * kLanes) {
    even = add(even, _mm512_loadu_ps(x + i));
    odd = add(odd, _mm512_loadu_ps(x + i + kLanes));
  }
  for (; i < count; i += kLanes) {
    const __mmask16 mask = first_lanes(count - i);
    even = _mm512_mask_mov_ps(even, mask, add(even, _mm512_maskz_loadu_ps(mask, x + i)));
  }
  __m512 lanes = merge(even, odd);
  lanes = merge(lanes, _mm512_shuffle_f32x4(lanes, lanes, 0x4E));
  lanes = merge(lanes, _mm512_shuffle_f32x4(lanes, lanes, 0xB1));
  lanes = merge(lanes, _mm512_shuffle_ps(lanes, lanes, 0x4E));
  return merge(lanes, _mm512_shuffle_ps(lanes, lanes, 0xB1));
}

void layer_norm(const float* x, const float* weight, size_t count, float* y) noexcept VS_REALTIME {
  const auto sum = [](__m512 a, __m512 b) noexcept { return _mm512_add_ps(a, b); };
  const __m512 numbers = _mm512_set1_ps(static_cast<float>(count));
  const __m512 mean = _mm512_div_ps(over(x, count, 0, sum, sum), numbers);
  const auto add_square = [=](__m512 squares, __m512 value) noexcept {
    const __m512 apart = _mm512_sub_ps(value, mean);
    return _mm512_fmadd_ps(apart, apart, squares);
  };
  const __m512 variance = _mm512_div_ps(over(x, count, 0, add_square, sum), numbers);
  const __m512 deviation = _mm512_sqrt_ps(_mm512_add_ps(variance, _mm512_set1_ps(1e-5F)));
  const __m512 scale = _mm512_div_ps(_mm512_set1_ps(1), deviation);
  map(x, weight, count, y, [=](__m512 value, __m512 factor) noexcept {
    return _mm512_mul_ps(_mm512_mul_ps(_mm512_sub_ps(value, mean), scale), factor);
  });
}

// NOLINTBEGIN(modernize-use-std-numbers): ln 2 in two parts, the first with so few digits that n times it is exact
constexpr float kLog2E = 1.44269504F;
constexpr float kLn2 = 0.693359375F;
constexpr float kLn2Rest = -2.12194440e-4F;
// NOLINTEND(modernize-use-std-numbers)

// e^x for x not above 0, within 9e-8 of its value. x = n ln 2 + r, and e^r = 1 + r + r^2 P(r), of which P is the best
// approximation of its degree relative to e^r: 3.3e-9. NaN stays.
inline __m512 exponential(__m512 x) noexcept {
  const __m512 bounded = _mm512_max_ps(_mm512_set1_ps(-105.0F), x);  // below, the nearest float is 0
  const __m512 rounding = _mm512_set1_ps(0x1.8p23F);                 // has no digits behind the point
  const __m512 n = _mm512_sub_ps(_mm512_fmadd_ps(bounded, _mm512_set1_ps(kLog2E), rounding), rounding);
  const __m512 most = _mm512_fmadd_ps(n, _mm512_set1_ps(-kLn2), bounded);
  const __m512 r = _mm512_fmadd_ps(n, _mm512_set1_ps(-kLn2Rest), most);
  __m512 sum = _mm512_set1_ps(1.381314457e-3F);
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(8.369418829e-3F));
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(4.166845679e-2F));
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(1.666651479e-1F));
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(4.999999305e-1F));
  const __m512 rest = _mm512_fmadd_ps(_mm512_mul_ps(r, r), sum, r);
  return _mm512_scalef_ps(_mm512_add_ps(rest, _mm512_set1_ps(1)), n);
}

void softmax(float* x, size_t count) noexcept VS_REALTIME {
  constexpr float kLeast = -__builtin_inff();
  // NaN is passed over here, being the first operand, and comes into the sum.
  const __m512 most = over(
      x, count, kLeast, [](__m512 a, __m512 b) noexcept { return _mm512_max_ps(b, a); },
      [](__m512 a, __m512 b) noexcept { return _mm512_max_ps(a, b); });
  map(x, count, x, [=](__m512 value) noexcept { return exponential(_mm512_sub_ps(value, most)); });
  const auto sum = [](__m512 a, __m512 b) noexcept { return _mm512_add_ps(a, b); };
  const __m512 scale = _mm512_div_ps(_mm512_set1_ps(1), over(x, count, 0, sum, sum));
  map(x, count, x, [=](__m512 value) noexcept { return _mm512_mul_ps(value, scale); });
}

// P(square) / Q(square) by their factors, highest power first.
template <size_t kAbove, size_t kBelow>
__m512 quotient(__m512 square, const float (&above)[kAbove], const float (&below)[kBelow]) noexcept {
  __m512 dividend = _mm512_set1_ps(above[0]);
#pragma GCC unroll 8
  for (size_t i = 1; i < kAbove; ++i) dividend = _mm512_fmadd_ps(dividend, square, _mm512_set1_ps(above[i]));
  __m512 divisor = _mm512_set1_ps(below[0]);
#pragma GCC unroll 8
  for (size_t i = 1; i < kBelow; ++i) divisor = _mm512_fmadd_ps(divisor, square, _mm512_set1_ps(below[i]));
  return _mm512_div_ps(dividend, divisor);
}

// NaN stays: the second operand is the one that it comes through.
inline __m512 bounded(__m512 x, float bound) noexcept {
  return _mm512_max_ps(_mm512_set1_ps(-bound), _mm512_min_ps(_mm512_set1_ps(bound), x));
}

// erf(x / sqrt 2) / 2 = x P(x^2) / Q(x^2), the best approximation of its degrees on [-5.5, 5.5]: 7.2e-9. All factors
// are positive, so that nothing cancels. What lies below becomes 0.
void gelu(float* x, size_t count) noexcept VS_REALTIME {
  constexpr float kEnd = 5.5F;
  constexpr float kAbove[] = {2.274933551e-08F, 6.352132673e-06F, 1.688270793e-04F,
                              4.677269234e-03F, 3.385277899e-02F, 3.989422346e-01F};
  constexpr float kBelow[] = {1.197504152e-06F, 7.364798000e-05F, 1.884452757e-03F,
                              2.864594862e-02F, 2.515222513e-01F, 1.0F};
  map(x, count, x, [=](__m512 value) noexcept {
    const __m512 near = bounded(value, kEnd);
    const __m512 ratio = quotient(_mm512_mul_ps(near, near), kAbove, kBelow);
    const __m512 share = _mm512_fmadd_ps(near, ratio, _mm512_set1_ps(0.5F));
    return _mm512_maskz_mul_ps(_mm512_cmp_ps_mask(value, _mm512_set1_ps(-kEnd), _CMP_NLT_UQ), value, share);
  });
}

// The exponential is of what is below 0, so that nothing overflows.
void silu_gate(const float* up, const float* gate, size_t count, float* y) noexcept VS_REALTIME {
  const __m512 zero = _mm512_setzero_ps();
  const __m512 one = _mm512_set1_ps(1);
  map(up, gate, count, y, [=](__m512 value, __m512 opened) noexcept {
    const __m512 fading = exponential(_mm512_min_ps(_mm512_sub_ps(zero, opened), opened));
    const __m512 above = _mm512_mask_mov_ps(one, _mm512_cmp_ps_mask(opened, zero, _CMP_LT_OQ), fading);
    return _mm512_mul_ps(value, _mm512_mul_ps(opened, _mm512_div_ps(above, _mm512_add_ps(one, fading))));
  });
}

// x P(x^2) / Q(x^2), the best approximation of its degrees on [-9, 9] relative to tanh: 2.1e-8. All factors are
// positive, so that nothing cancels. Beyond 9, the nearest float to tanh is 1.
void hyperbolic_tangent(const float* x, size_t count, float* y) noexcept VS_REALTIME {
  constexpr float kAbove[] = {1.335464640e-08F, 2.060906953e-05F, 3.495587251e-03F, 1.338102486e-01F, 9.999999794e-01F};
  constexpr float kBelow[] = {7.776551593e-07F, 3.285633459e-04F, 2.587697874e-02F, 4.671434045e-01F, 1.0F};
  map(x, count, y, [=](__m512 value) noexcept {
    const __m512 near = bounded(value, 9);
    return bounded(_mm512_mul_ps(near, quotient(_mm512_mul_ps(near, near), kAbove, kBelow)), 1);
  });
}

void rotate_pairs(float* x, const float* cosines, const float* sines, size_t pairs) noexcept VS_REALTIME {
  constexpr size_t kPairs = kLanes / 2;
  const __m512i twice = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
  for (size_t i = 0; i < pairs; i += kPairs) {
    const size_t count = pairs - i < kPairs ? pairs - i : kPairs;
    const __mmask16 mask = first_lanes(2 * count);
    const __m512 cosine = _mm512_permutexvar_ps(twice, _mm512_maskz_loadu_ps(first_lanes(count), cosines + i));
    const __m512 sine = _mm512_permutexvar_ps(twice, _mm512_maskz_loadu_ps(first_lanes(count), sines + i));
    const __m512 pair = _mm512_maskz_loadu_ps(mask, x + 2 * i);
    const __m512 other = _mm512_mul_ps(_mm512_shuffle_ps(pair, pair, 0xB1), sine);
    _mm512_mask_storeu_ps(x + 2 * i, mask, _mm512_fmaddsub_ps(pair, cosine, other));
  }
}

}  // namespace

const LayerKernels VS_AVX512_TABLE(kLayer){.layer_norm = layer_norm,
                                           .softmax = softmax,
                                           .gelu = gelu,
                                           .silu_gate = silu_gate,
                                           .tanh = hyperbolic_tangent,
                                           .rotate_pairs = rotate_pairs};

}  // namespace voicestand::simd
