#pragma once

#include "voicestand/simd/matrix_kernels.h"

// What all products of matrix_{panels,in_place,by_output}.h have in common. They are templates of `Vectors`, which says
// what a vector is (matrix_lanes_*.h) and how bytes are multiplied (matrix_dots.h). Each source has a Vectors of its
// own in its unnamed namespace, so that none of this is ever shared between sources.

namespace voicestand::simd {

// With bytes x and w, n = sum (x - zero_x) (w - zero) = sum x' w' + of_columns sum w' + constant, where x' is the byte
// less x_less and w' the byte less w_less: of the two that are multiplied, an instruction may want one to be signed.
// All of it is exact in 32 bits: what wraps around on the way comes back.
struct RowTerms {
  int32_t of_columns;
  int32_t constant;
  float offset;
  float scale;
};

// Where products go.
struct MatrixTarget {
  const float* bias;
  Finish finish;
  float* y;
  size_t y_stride;
  size_t outputs;
};

template <typename Vectors>
struct MatrixFinish {
  using Ints = Vectors::Ints;
  using Floats = Vectors::Floats;
  using Weights = Vectors::Weights;

  static constexpr size_t kLanes = Vectors::kLanes;  // sums in a vector
  static constexpr size_t kBytes = 4 * kLanes;       // bytes in one
  static constexpr uint32_t kOnes = 0x0101'0101U;

  static size_t least(size_t a, size_t b) noexcept VS_REALTIME { return a < b ? a : b; }

  static RowTerms row_terms(const ByteWeights& weights, const ByteRows& x, size_t row, int32_t x_less,
                            int32_t w_less) noexcept VS_REALTIME {
    const ByteScale scale = x.scales[row];
    const int32_t m = Vectors::sum_of_bytes(x.bytes + row * x.stride, weights.inputs) -
                      static_cast<int32_t>(weights.inputs) * scale.zero;
    return {.of_columns = x_less - scale.zero,
            .constant = (w_less - weights.zero) * m,
            .offset = weights.zero_fraction * static_cast<float>(m),
            .scale = scale.scale * weights.scale};
  }

  // The products of one row from `begin` on: as many as there are columns left, or `most`. Sums are aligned, and there
  // are whole vectors of them.
  [[gnu::noinline]] static void finish(const int32_t* sums, const int32_t* column_sums, const RowTerms& terms,
                                       const MatrixTarget& to, size_t row, size_t begin,
                                       size_t most) noexcept VS_REALTIME {
    const size_t count = least(to.outputs - begin, most);
    const float* const bias = to.bias == nullptr ? nullptr : to.bias + begin;
    float* const y = to.y + row * to.y_stride + begin;
    for (size_t i = 0; i < count; i += kLanes) {
      const auto mask = Vectors::first_lanes(count - i);
      const Ints n =
          Vectors::sum(Vectors::sum(Vectors::load_ints(sums + i), Vectors::ints(terms.constant)),
                       Vectors::product(Vectors::load_ints(column_sums + i), Vectors::ints(terms.of_columns)));
      const Floats product = Vectors::product(Vectors::difference(Vectors::floats_of(n), Vectors::floats(terms.offset)),
                                              Vectors::floats(terms.scale));
      Floats result =
          Vectors::sum(product, bias == nullptr ? Vectors::floats(0) : Vectors::load_floats(bias + i, mask));
      if (to.finish == Finish::kAdd) result = Vectors::sum(Vectors::load_floats(y + i, mask), result);
      if (to.finish == Finish::kGelu) result = gelu(result);
      Vectors::store_floats(y + i, mask, result);
    }
  }

  // erf(x / sqrt 2) as x P(x^2) / Q(x^2), the best approximation of its degrees on [-5.25, 5.25]: 7e-9. Beyond, GELU is
  // x or nothing, within 4e-7. NaN stays.
  static Floats gelu(Floats x) noexcept VS_REALTIME {
    constexpr float kMost = 5.25F;
    const Floats above_least = Vectors::most(Vectors::floats(-kMost), x);
    const Floats bounded = Vectors::least(Vectors::floats(kMost), above_least);
    const Floats square = Vectors::product(bounded, bounded);
    const auto polynomial = [=](const float (&factors)[6]) noexcept {
      Floats sum = Vectors::floats(factors[5]);
      for (size_t i = 5; i-- > 0;) sum = Vectors::fused(sum, square, Vectors::floats(factors[i]));
      return sum;
    };
    const Floats above = polynomial(
        {7.978845155e-01F, 6.546900577e-02F, 9.235776691e-03F, 3.170693356e-04F, 1.278470431e-05F, 4.877828499e-08F});
    const Floats below =
        polynomial({1.0F, 2.487195190e-01F, 2.802930453e-02F, 1.826512120e-03F, 7.090103521e-05F, 1.247902866e-06F});
    const Floats quotient = Vectors::quotient(Vectors::product(bounded, above), below);
    const Floats erf = Vectors::least(Vectors::floats(1), Vectors::most(Vectors::floats(-1), quotient));
    const Floats half = Vectors::product(Vectors::floats(0.5F), above_least);
    return Vectors::fused(half, erf, half);
  }

  // The first byte is the lowest.
  static uint32_t four_bytes(const uint8_t* at) noexcept VS_REALTIME {
    uint32_t four;
    __builtin_memcpy(&four, at, sizeof four);
    return four;
  }
};

}  // namespace voicestand::simd
