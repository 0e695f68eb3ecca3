#include "voicestand/simd/avx512_intrinsics.h"
#include "voicestand/simd/network_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 16;

// How far ahead of their use weights are asked for: most layers are read from the outer caches, and once a call.
constexpr size_t kAhead = 512;

// Four sums for the even inputs and four for the odd ones stay in registers while all go by: two multiply-adds a cycle
// of four cycles each need no less.
template <size_t kRows>
void dense_rows(const DensePlan& plan, const float* x, size_t x_stride, float* y,
                size_t y_stride) noexcept VS_REALTIME {
  constexpr size_t kColumns = kBlockSums / kRows;
  constexpr size_t kVectors = kColumns / kLanes;
  const __m512 floor = plan.rectify ? _mm512_setzero_ps() : _mm512_set1_ps(-__builtin_inff());
  const float* weights = plan.weights;
  for (size_t block = 0; block < plan.blocks; ++block) {
    __m512 even[kRows][kVectors];
    __m512 odd[kRows][kVectors];
    for (size_t row = 0; row < kRows; ++row) {
      for (size_t vector = 0; vector < kVectors; ++vector) {
        even[row][vector] = _mm512_loadu_ps(plan.bias + block * kColumns + vector * kLanes);
        odd[row][vector] = _mm512_setzero_ps();
      }
    }
    const auto add = [&](size_t input, __m512(&sums)[kRows][kVectors]) noexcept {
      for (size_t line = 0; line < kColumns; line += 16)
        _mm_prefetch(reinterpret_cast<const char*>(weights + kAhead + input * kColumns + line), _MM_HINT_T0);
      __m512 columns[kVectors];
#pragma GCC unroll 4
      for (size_t vector = 0; vector < kVectors; ++vector)
        columns[vector] = _mm512_load_ps(weights + input * kColumns + vector * kLanes);
#pragma GCC unroll 4
      for (size_t row = 0; row < kRows; ++row) {
        const __m512 value = _mm512_set1_ps(x[row * x_stride + input]);
#pragma GCC unroll 4
        for (size_t vector = 0; vector < kVectors; ++vector)
          sums[row][vector] = _mm512_fmadd_ps(value, columns[vector], sums[row][vector]);
      }
    };
    size_t input = 0;
    for (; input + 1 < plan.inputs; input += 2) {
      add(input, even);
      add(input + 1, odd);
    }
    if (input < plan.inputs) add(input, even);
    weights += kColumns * plan.inputs;
    for (size_t row = 0; row < kRows; ++row) {
      for (size_t vector = 0; vector < kVectors; ++vector)
        // The second operand is the one that a NaN in it comes through.
        _mm512_storeu_ps(y + row * y_stride + block * kColumns + vector * kLanes,
                         _mm512_max_ps(floor, _mm512_add_ps(even[row][vector], odd[row][vector])));
    }
  }
}

void dense(const DensePlan& plan, const float* x, size_t x_stride, float* y, size_t y_stride) noexcept VS_REALTIME {
  switch (plan.rows) {
    case 1:
      return dense_rows<1>(plan, x, x_stride, y, y_stride);
    case 2:
      return dense_rows<2>(plan, x, x_stride, y, y_stride);
    default:
      return dense_rows<4>(plan, x, x_stride, y, y_stride);
  }
}

// x P(x^2) / Q(x^2), the best approximation of its degrees on [-9, 9] relative to tanh: 2.1e-8. All factors are
// positive, so that nothing cancels. Beyond 9, the nearest float to tanh is 1. NaN stays.
inline __m512 hyperbolic_tangent(__m512 x) noexcept {
  const __m512 bounded = _mm512_max_ps(_mm512_set1_ps(-9.0F), _mm512_min_ps(_mm512_set1_ps(9.0F), x));
  const __m512 square = _mm512_mul_ps(bounded, bounded);
  const auto step = [=](__m512 sum, float factor) noexcept {
    return _mm512_fmadd_ps(sum, square, _mm512_set1_ps(factor));
  };
  __m512 above = _mm512_set1_ps(1.335464640e-08F);
  above = step(above, 2.060906953e-05F);
  above = step(above, 3.495587251e-03F);
  above = step(above, 1.338102486e-01F);
  above = step(above, 9.999999794e-01F);
  __m512 below = _mm512_set1_ps(7.776551593e-07F);
  below = step(below, 3.285633459e-04F);
  below = step(below, 2.587697874e-02F);
  below = step(below, 4.671434045e-01F);
  below = step(below, 1.0F);
  const __m512 quotient = _mm512_div_ps(_mm512_mul_ps(bounded, above), below);
  return _mm512_max_ps(_mm512_set1_ps(-1.0F), _mm512_min_ps(_mm512_set1_ps(1.0F), quotient));
}

inline __m512 logistic(__m512 x) noexcept {
  const __m512 half = _mm512_set1_ps(0.5F);
  return _mm512_fmadd_ps(half, hyperbolic_tangent(_mm512_mul_ps(half, x)), half);
}

void lstm_cell(const float* gates, float* cell, float* hidden, size_t units) noexcept VS_REALTIME {
  for (size_t i = 0; i < units; i += kLanes) {
    // The lanes that are left; a vector's last ones may stay off.
    const __mmask16 mask = units - i < kLanes ? static_cast<__mmask16>((1U << (units - i)) - 1U) : __mmask16{0xFFFF};
    const __m512 let_in = logistic(_mm512_maskz_loadu_ps(mask, gates + i));
    const __m512 keep = logistic(_mm512_maskz_loadu_ps(mask, gates + units + i));
    const __m512 candidate = hyperbolic_tangent(_mm512_maskz_loadu_ps(mask, gates + 2 * units + i));
    const __m512 let_out = logistic(_mm512_maskz_loadu_ps(mask, gates + 3 * units + i));
    const __m512 remembered =
        _mm512_fmadd_ps(keep, _mm512_maskz_loadu_ps(mask, cell + i), _mm512_mul_ps(let_in, candidate));
    _mm512_mask_storeu_ps(cell + i, mask, remembered);
    _mm512_mask_storeu_ps(hidden + i, mask, _mm512_mul_ps(let_out, hyperbolic_tangent(remembered)));
  }
}

}  // namespace

const NetworkKernels VS_AVX512_TABLE(kNetwork){.dense = dense, .lstm_cell = lstm_cell};

}  // namespace voicestand::simd
