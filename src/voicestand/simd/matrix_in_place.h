#pragma once

#include "voicestand/simd/matrix_finish.h"

namespace voicestand::simd {

// Products of few rows, for which reading the weights is what takes time. They are read where they lie and in that
// order, eight inputs at once, while the sums of a block of columns stay near.
template <typename Vectors>
struct MatrixInPlace : MatrixFinish<Vectors> {
  using Base = MatrixFinish<Vectors>;
  using Base::kBytes, Base::kLanes, Base::kOnes, Base::least, Base::four_bytes;
  using typename Base::Ints, typename Base::Weights;

  static constexpr size_t kInputs = 8;  // at least
  static constexpr size_t kGroups = kInputs / 4;
  static constexpr size_t kRowsAtOnce = 4;
  static constexpr size_t kMostRows = 8;  // for more, repacking pays
  static constexpr size_t kMostColumns = 1024;
  static constexpr uint32_t kSigns = 0x8080'8080U;

  // What eight lines of weights are multiplied by: rows of x, and ones for the sums of the columns.
  template <size_t kFactors>
  using Factors = uint32_t[kFactors][kGroups][Vectors::kParts];

  // Of eight inputs from `first` on, of which those before `input` have been counted and count nothing.
  template <size_t kFactors>
  static void split(const ByteRows& x, size_t row, size_t count, size_t first, size_t input,
                    Factors<kFactors>& factors) noexcept VS_REALTIME {
    for (size_t group = 0; group < kGroups; ++group) {
      const size_t from = first + 4 * group;
      const size_t counted = input < from ? 0 : least(input - from, 4);
      const uint32_t kept = counted == 4 ? 0 : ~0U << (8 * counted);
      for (size_t r = 0; r + 1 < kFactors; ++r) {
        const uint32_t four = four_bytes(x.bytes + (row + least(r, count - 1)) * x.stride + from);
        Vectors::split((four ^ kSigns) & kept, factors[r][group]);
      }
      Vectors::split(kOnes & kept, factors[kFactors - 1][group]);
    }
  }

  // Eight lines of weights, `stride` apart, times the factors; kWoven of four vectors of sums at once, which hold what
  // Vectors::unweave() brings into order.
  template <size_t kFactors, size_t kWoven, typename Mask>
  static void add(const uint8_t* at, size_t stride, Mask mask, const Factors<kFactors>& factors,
                  int32_t (*sums)[kMostColumns], size_t column) noexcept VS_REALTIME {
#pragma GCC unroll 2
    for (size_t some = 0; some < 4; some += kWoven) {
      Ints total[kFactors][kWoven];
#pragma GCC unroll 8
      for (size_t r = 0; r < kFactors; ++r) {
#pragma GCC unroll 4
        for (size_t k = 0; k < kWoven; ++k) total[r][k] = Vectors::load_ints(sums[r] + column + (some + k) * kLanes);
      }
#pragma GCC unroll 2
      for (size_t group = 0; group < kGroups; ++group) {
        Ints lines[4];
#pragma GCC unroll 4
        for (size_t i = 0; i < 4; ++i) lines[i] = Vectors::load_bytes(at + (4 * group + i) * stride, mask);
#pragma GCC unroll 4
        for (size_t k = 0; k < kWoven; ++k) {
          const Weights woven = Vectors::woven(lines, some + k);
#pragma GCC unroll 8
          for (size_t r = 0; r < kFactors; ++r)
            total[r][k] = Vectors::dot_in_place(total[r][k], Vectors::signed_values(factors[r][group]), woven);
        }
      }
#pragma GCC unroll 8
      for (size_t r = 0; r < kFactors; ++r) {
#pragma GCC unroll 4
        for (size_t k = 0; k < kWoven; ++k) Vectors::store_ints(sums[r] + column + (some + k) * kLanes, total[r][k]);
      }
    }
  }

  // `count` rows, at most kRows, through a block of columns; the last of them stands in for those that there are not.
  template <size_t kRows>
  static void block(const ByteWeights& weights, size_t begin, const ByteRows& x, size_t row, size_t count,
                    const RowTerms* terms, const MatrixTarget& to) noexcept VS_REALTIME {
    constexpr size_t kFactors = kRows + 1;
    constexpr size_t kWoven = kRows == 1 ? 4 : Vectors::kWovenAtOnce;
    alignas(kCacheLineBytes) int32_t sums[kFactors][kMostColumns];
    const size_t columns = least(weights.outputs - begin, kMostColumns);
    for (auto& of_row : sums) {
      for (size_t i = 0; i < (columns + kBytes - 1) / kBytes * kBytes; i += kLanes)
        Vectors::store_ints(of_row + i, Vectors::ints(0));
    }
    const size_t last = weights.inputs - kInputs;
    for (size_t input = 0; input < weights.inputs; input += kInputs) {
      const size_t first = least(input, last);
      Factors<kFactors> factors;
      split<kFactors>(x, row, count, first, input, factors);
      const uint8_t* const at = weights.bytes + first * weights.outputs + begin;
      const uint8_t* const next = weights.bytes + least(first + kInputs, last) * weights.outputs + begin;
      for (size_t column = 0; column < columns; column += kBytes) {
        if (column % kCacheLineBytes == 0) {
          for (size_t i = 0; i < kInputs; ++i) __builtin_prefetch(next + i * weights.outputs + column);
        }
        add<kFactors, kWoven>(at + column, weights.outputs, Vectors::first_bytes(columns - column), factors, sums,
                              column);
      }
    }
    for (auto& of_row : sums) {
      for (size_t column = 0; column < columns; column += kBytes) {
        Ints woven[4];
        for (size_t k = 0; k < 4; ++k) woven[k] = Vectors::load_ints(of_row + column + k * kLanes);
        Vectors::unweave(woven);
        for (size_t k = 0; k < 4; ++k) Vectors::store_ints(of_row + column + k * kLanes, woven[k]);
      }
    }
    for (size_t r = 0; r < count; ++r) Base::finish(sums[r], sums[kRows], terms[r], to, row + r, begin, columns);
  }

  template <size_t kRows>
  static void block_of(size_t count, const ByteWeights& weights, size_t begin, const ByteRows& x, size_t row,
                       const RowTerms* terms, const MatrixTarget& to) noexcept VS_REALTIME {
    if constexpr (kRows > 1) {
      if (count <= kRows / 2) return block_of<kRows / 2>(count, weights, begin, x, row, terms, to);
    }
    block<kRows>(weights, begin, x, row, count, terms, to);
  }

  static void multiply(const ByteWeights& weights, const ByteRows& x, const MatrixTarget& to) noexcept VS_REALTIME {
    RowTerms terms[kMostRows];
    for (size_t r = 0; r < x.count; ++r) terms[r] = Base::row_terms(weights, x, r, 128, 0);
    for (size_t begin = 0; begin < weights.outputs; begin += kMostColumns) {
      for (size_t row = 0; row < x.count; row += kRowsAtOnce)
        block_of<kRowsAtOnce>(least(x.count - row, kRowsAtOnce), weights, begin, x, row, terms + row, to);
    }
  }
};

}  // namespace voicestand::simd
