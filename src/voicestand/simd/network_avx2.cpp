#include <immintrin.h>

#include "voicestand/simd/network_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 8;

// How far ahead of their use weights are asked for: most layers are read from the outer caches, and once a call.
constexpr size_t kAhead = 512;

// Eight sums stay in registers while all inputs go by: two multiply-adds a cycle of four cycles each need no less.
template <size_t kRows>
void dense_rows(const DensePlan& plan, const float* x, size_t x_stride, float* y,
                size_t y_stride) noexcept VS_REALTIME {
  constexpr size_t kColumns = kBlockSums / kRows;
  constexpr size_t kVectors = kColumns / kLanes;
  const __m256 floor = plan.rectify ? _mm256_setzero_ps() : _mm256_set1_ps(-__builtin_inff());
  const float* weights = plan.weights;
  for (size_t block = 0; block < plan.blocks; ++block) {
    __m256 sums[kRows][kVectors];
    for (size_t row = 0; row < kRows; ++row) {
      for (size_t vector = 0; vector < kVectors; ++vector)
        sums[row][vector] = _mm256_loadu_ps(plan.bias + block * kColumns + vector * kLanes);
    }
    for (size_t input = 0; input < plan.inputs; ++input, weights += kColumns) {
      for (size_t line = 0; line < kColumns; line += 16)
        _mm_prefetch(reinterpret_cast<const char*>(weights + kAhead + line), _MM_HINT_T0);
      __m256 columns[kVectors];
#pragma GCC unroll 8
      for (size_t vector = 0; vector < kVectors; ++vector) columns[vector] = _mm256_load_ps(weights + vector * kLanes);
#pragma GCC unroll 8
      for (size_t row = 0; row < kRows; ++row) {
        const __m256 value = _mm256_broadcast_ss(x + row * x_stride + input);
#pragma GCC unroll 8
        for (size_t vector = 0; vector < kVectors; ++vector)
          sums[row][vector] = _mm256_fmadd_ps(value, columns[vector], sums[row][vector]);
      }
    }
    for (size_t row = 0; row < kRows; ++row) {
      for (size_t vector = 0; vector < kVectors; ++vector)
        // The second operand is the one that a NaN in it comes through.
        _mm256_storeu_ps(y + row * y_stride + block * kColumns + vector * kLanes,
                         _mm256_max_ps(floor, sums[row][vector]));
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
inline __m256 hyperbolic_tangent(__m256 x) noexcept {
  const __m256 bounded = _mm256_max_ps(_mm256_set1_ps(-9.0F), _mm256_min_ps(_mm256_set1_ps(9.0F), x));
  const __m256 square = _mm256_mul_ps(bounded, bounded);
  const auto step = [=](__m256 sum, float factor) noexcept {
    return _mm256_fmadd_ps(sum, square, _mm256_set1_ps(factor));
  };
  __m256 above = _mm256_set1_ps(1.335464640e-08F);
  above = step(above, 2.060906953e-05F);
  above = step(above, 3.495587251e-03F);
  above = step(above, 1.338102486e-01F);
  above = step(above, 9.999999794e-01F);
  __m256 below = _mm256_set1_ps(7.776551593e-07F);
  below = step(below, 3.285633459e-04F);
  below = step(below, 2.587697874e-02F);
  below = step(below, 4.671434045e-01F);
  below = step(below, 1.0F);
  const __m256 quotient = _mm256_div_ps(_mm256_mul_ps(bounded, above), below);
  return _mm256_max_ps(_mm256_set1_ps(-1.0F), _mm256_min_ps(_mm256_set1_ps(1.0F), quotient));
}

inline __m256 logistic(__m256 x) noexcept {
  const __m256 half = _mm256_set1_ps(0.5F);
  return _mm256_fmadd_ps(half, hyperbolic_tangent(_mm256_mul_ps(half, x)), half);
}

void lstm_cell(const float* gates, float* cell, float* hidden, size_t units) noexcept VS_REALTIME {
  for (size_t i = 0; i < units; i += kLanes) {
    // The lanes that are left; a vector's last ones may stay off.
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const size_t left = units - i < kLanes ? units - i : kLanes;
    const __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(left)), lane);
    const __m256 let_in = logistic(_mm256_maskload_ps(gates + i, mask));
    const __m256 keep = logistic(_mm256_maskload_ps(gates + units + i, mask));
    const __m256 candidate = hyperbolic_tangent(_mm256_maskload_ps(gates + 2 * units + i, mask));
    const __m256 let_out = logistic(_mm256_maskload_ps(gates + 3 * units + i, mask));
    const __m256 remembered =
        _mm256_fmadd_ps(keep, _mm256_maskload_ps(cell + i, mask), _mm256_mul_ps(let_in, candidate));
    _mm256_maskstore_ps(cell + i, mask, remembered);
    _mm256_maskstore_ps(hidden + i, mask, _mm256_mul_ps(let_out, hyperbolic_tangent(remembered)));
  }
}

}  // namespace

const NetworkKernels kNetworkAvx2{.dense = dense, .lstm_cell = lstm_cell};

}  // namespace voicestand::simd
