#pragma once

#include "voicestand/simd/matrix_finish.h"

namespace voicestand::simd {

// Products with weights that lie output by output: rows of x against rows of weights, four of these at once.
template <typename Vectors>
struct MatrixByOutput : MatrixFinish<Vectors> {
  using Base = MatrixFinish<Vectors>;
  using Base::kBytes, Base::kLanes, Base::least;
  using typename Base::Ints, typename Base::Weights;

  static constexpr size_t kOutputs = 4;
  static constexpr size_t kMostRows = 16;
  static constexpr size_t kAheadBytes = 2048;  // how far before their use weights are asked for

  // Sums of rows, and of the weights alone.
  struct Sums {
    alignas(kCacheLineBytes) int32_t of_rows[kMostRows][kLanes];
    alignas(kCacheLineBytes) int32_t of_weights[kLanes];
  };

  // `count` rows, at most kRows; the last of them stands in for those that there are not.
  template <size_t kRows, bool kOfWeights>
  static void rows(size_t count, const uint8_t* const (&at)[kOutputs], size_t inputs, const ByteRows& x, size_t row,
                   Sums& sums, size_t output) noexcept VS_REALTIME {
    Ints of_rows[kRows][kOutputs];
    Ints of_weights[kOutputs];
#pragma GCC unroll 4
    for (size_t i = 0; i < kOutputs; ++i) {
      of_weights[i] = Vectors::ints(0);
#pragma GCC unroll 4
      for (size_t r = 0; r < kRows; ++r) of_rows[r][i] = Vectors::ints(0);
    }
    const uint8_t* of_x[kRows];
    for (size_t r = 0; r < kRows; ++r) of_x[r] = x.bytes + (row + least(r, count - 1)) * x.stride;
    const auto add = [&](size_t input, auto mask) noexcept {
      typename Vectors::Values values[kRows];
#pragma GCC unroll 4
      for (size_t r = 0; r < kRows; ++r) values[r] = Vectors::signed_row(Vectors::load_bytes(of_x[r] + input, mask));
#pragma GCC unroll 4
      for (size_t i = 0; i < kOutputs; ++i) {
        const Ints bytes = Vectors::load_bytes(at[i] + input, mask);
        const Weights weights = Vectors::in_order(bytes);
        if constexpr (kOfWeights) {
          __builtin_prefetch(at[i] + input + kAheadBytes);
          of_weights[i] = Vectors::sum_bytes(of_weights[i], bytes);
        }
#pragma GCC unroll 4
        for (size_t r = 0; r < kRows; ++r) of_rows[r][i] = Vectors::dot_in_place(of_rows[r][i], values[r], weights);
      }
    };
    size_t input = 0;
    for (; input + kBytes <= inputs; input += kBytes) add(input, Vectors::first_bytes(kBytes));
    if (input < inputs) add(input, Vectors::first_bytes(inputs - input));
#pragma GCC unroll 4
    for (size_t r = 0; r < kRows; ++r) {
      if (r < count) Vectors::store_sums_of_four(sums.of_rows[row + r] + output, of_rows[r]);
    }
    if constexpr (kOfWeights) Vectors::store_sums_of_four(sums.of_weights + output, of_weights);
  }

  template <size_t kRows, bool kOfWeights>
  static void rows_of(size_t count, const uint8_t* const (&at)[kOutputs], size_t inputs, const ByteRows& x, size_t row,
                      Sums& sums, size_t output) noexcept VS_REALTIME {
    if constexpr (kRows > 1) {
      if (count <= kRows / 2) return rows_of<kRows / 2, kOfWeights>(count, at, inputs, x, row, sums, output);
    }
    rows<kRows, kOfWeights>(count, at, inputs, x, row, sums, output);
  }

  // At most kMostRows rows.
  static void multiply(const ByteWeights& weights, const ByteRows& x, const MatrixTarget& to) noexcept VS_REALTIME {
    if (x.count == 0) return;
    RowTerms terms[kMostRows];
    for (size_t r = 0; r < x.count; ++r) terms[r] = Base::row_terms(weights, x, r, 128, 0);
    for (size_t begin = 0; begin < weights.outputs; begin += kLanes) {
      Sums sums;
      for (size_t output = 0; output < kLanes; output += kOutputs) {
        const uint8_t* at[kOutputs];  // beyond the last output is the last one
        for (size_t i = 0; i < kOutputs; ++i)
          at[i] = weights.bytes + least(begin + output + i, weights.outputs - 1) * weights.inputs;
        size_t row = least(x.count, Vectors::kRowsWithWeights);
        rows_of<Vectors::kRowsWithWeights, true>(row, at, weights.inputs, x, 0, sums, output);
        for (size_t count = 0; row < x.count; row += count) {
          count = least(x.count - row, Vectors::kRowsByOutput);
          rows_of<Vectors::kRowsByOutput, false>(count, at, weights.inputs, x, row, sums, output);
        }
      }
      for (size_t r = 0; r < x.count; ++r)
        Base::finish(sums.of_rows[r], sums.of_weights, terms[r], to, r, begin, kLanes);
    }
  }
};

}  // namespace voicestand::simd
