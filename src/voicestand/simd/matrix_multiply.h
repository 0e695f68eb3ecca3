#pragma once

// How matrices of bytes are walked, whatever the vectors are. `Vectors` says what a vector is (matrix_lanes_*.h) and
// how its bytes are multiplied; each source has one of its own in an unnamed namespace, so that nothing here is ever
// shared between sources. All of Vectors's sums are exact, and so are these: with x and w as bytes,
//   n = sum (x - zero_x) (w - zero) = sum x' w' + of_columns sum w' + constant,
// where x' or w' is 128 less than the byte, as the instructions want one signed operand.

#include "voicestand/simd/matrix_kernels.h"

namespace voicestand::simd {

// What every product of a row goes through.
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

// So many rows have their terms on the stack at once.
inline constexpr size_t kMostTerms = 128;

// x' = x - x_less, w' = w - w_less.
template <typename Vectors>
RowTerms row_terms(const ByteWeights& weights, const ByteRows& x, size_t row, int32_t x_less,
                   int32_t w_less) noexcept VS_REALTIME {
  const ByteScale scale = x.scales[row];
  const int32_t m = Vectors::sum_of_bytes(x.bytes + row * x.stride, weights.inputs) -
                    static_cast<int32_t>(weights.inputs) * scale.zero;
  return {.of_columns = x_less - scale.zero,
          .constant = (w_less - weights.zero) * m,
          .offset = weights.zero_fraction * static_cast<float>(m),
          .scale = scale.scale * weights.scale};
}

template <typename Vectors>
struct Multiply {
  using Ints = typename Vectors::Ints;
  using Floats = typename Vectors::Floats;
  using Weights = typename Vectors::Weights;

  static constexpr size_t kLanes = Vectors::kLanes;  // sums in a vector
  static constexpr size_t kBytes = 4 * kLanes;       // bytes in a vector: the columns that are read at once
  static constexpr uint32_t kOnes = 0x0101'0101U;
  static constexpr uint32_t kSigns = 0x8080'8080U;

  static size_t least(size_t a, size_t b) noexcept VS_REALTIME { return a < b ? a : b; }

  // Up to four bytes of a row; those that are not there are 0.
  static uint32_t four_bytes(const uint8_t* at, size_t count) noexcept VS_REALTIME {
    uint32_t four = 0;
    for (size_t i = 0; i < count; ++i) four |= uint32_t{at[i]} << (8 * i);
    return four;
  }
  static uint32_t four_bytes(const uint8_t* at) noexcept VS_REALTIME {
    uint32_t four;
    __builtin_memcpy(&four, at, sizeof four);
    return four;
  }

  // The products of one row from `column` on, of as many sums as there are columns left, or `most`.
  static void finish(const int32_t* sums, const int32_t* column_sums, const RowTerms& terms, const MatrixTarget& to,
                     size_t row, size_t column, size_t most) noexcept VS_REALTIME {
    const size_t count = least(to.outputs - column, most);
    const float* const bias = to.bias == nullptr ? nullptr : to.bias + column;
    float* const y = to.y + row * to.y_stride + column;
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
    const Floats erf =
        Vectors::least(Vectors::floats(1),
                       Vectors::most(Vectors::floats(-1), Vectors::quotient(Vectors::product(bounded, above), below)));
    const Floats half = Vectors::product(Vectors::floats(0.5F), above_least);
    return Vectors::fused(half, erf, half);
  }

  // A panel of columns repacked: strips of kVectors vectors of outputs, each with all inputs, four by four.
  template <size_t kVectors>
  struct Panel {
    Weights* weights;
    int32_t* column_sums;
    size_t inputs;
    size_t columns;

    static constexpr size_t kStripColumns = kVectors * kLanes;
    size_t groups() const noexcept VS_REALTIME { return (inputs + 3) / 4; }
    Weights* strip(size_t column) const noexcept VS_REALTIME {
      return weights + column / kStripColumns * groups() * kVectors;
    }

    void pack(const ByteWeights& from, size_t begin) const noexcept VS_REALTIME {
      for (size_t column = 0; column < columns; column += kBytes) {
        const auto mask = Vectors::first_bytes(columns - column);
        const uint8_t* at = from.bytes + begin + column;
        Ints sums[4] = {Vectors::ints(0), Vectors::ints(0), Vectors::ints(0), Vectors::ints(0)};
        for (size_t group = 0; group < groups(); ++group, at += 4 * from.outputs) {
          const size_t rows = least(inputs - 4 * group, 4);
          Ints lines[4];
          for (size_t i = 0; i < 4; ++i) {
            lines[i] = i < rows ? Vectors::spread(Vectors::load_bytes(at + i * from.outputs, mask)) : Vectors::ints(0);
            // The panel after this one.
            __builtin_prefetch(at + least(i, rows - 1) * from.outputs + kPanelColumns);
          }
          const auto ones = Vectors::unsigned_values(kOnes >> 8 * (4 - rows));
          for (size_t vector = 0; vector < 4; ++vector) {
            const Weights woven = Vectors::packed(Vectors::woven(lines, vector));
            sums[vector] = Vectors::dot(sums[vector], ones, woven);
            strip(column + vector * kLanes)[group * kVectors + vector % kVectors] = woven;
          }
        }
        for (size_t vector = 0; vector < 4; ++vector)
          Vectors::store_ints(column_sums + column + vector * kLanes, sums[vector]);
      }
    }

    // Rows of x through one strip.
    template <size_t kRows>
    void tile(size_t column, const ByteRows& x, size_t row, const RowTerms* terms, const MatrixTarget& to,
              size_t begin) const noexcept VS_REALTIME {
      Ints sums[kRows][kVectors];
#pragma GCC unroll 8
      for (size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
        for (size_t vector = 0; vector < kVectors; ++vector) sums[r][vector] = Vectors::ints(0);
      }
      const uint8_t* bytes[kRows];
      for (size_t r = 0; r < kRows; ++r) bytes[r] = x.bytes + (row + r) * x.stride;
      const Weights* at = strip(column);
      const auto add = [&](auto four_of) noexcept {
        Weights columns_of[kVectors];
#pragma GCC unroll 4
        for (size_t vector = 0; vector < kVectors; ++vector) columns_of[vector] = at[vector];
#pragma GCC unroll 8
        for (size_t r = 0; r < kRows; ++r) {
          const auto values = Vectors::unsigned_values(four_of(bytes[r]));
#pragma GCC unroll 4
          for (size_t vector = 0; vector < kVectors; ++vector)
            sums[r][vector] = Vectors::dot(sums[r][vector], values, columns_of[vector]);
        }
        at += kVectors;
      };
      size_t input = 0;
      for (; input + 4 <= inputs; input += 4) {
        add([=](const uint8_t* from) noexcept { return four_bytes(from + input); });
      }
      if (input < inputs) {
        add([=, this](const uint8_t* from) noexcept { return four_bytes(from + input, inputs - input); });
      }
      alignas(kCacheLineBytes) int32_t stored[kRows][kStripColumns];
#pragma GCC unroll 8
      for (size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
        for (size_t vector = 0; vector < kVectors; ++vector)
          Vectors::store_ints(stored[r] + vector * kLanes, sums[r][vector]);
      }
      for (size_t r = 0; r < kRows; ++r)
        finish(stored[r], column_sums + column, terms[r], to, row + r, begin + column, kStripColumns);
    }

    template <size_t kRows>
    void tile_of(size_t rows, size_t column, const ByteRows& x, size_t row, const RowTerms* terms,
                 const MatrixTarget& to, size_t begin) const noexcept VS_REALTIME {
      if (rows == kRows) {
        tile<kRows>(column, x, row, terms, to, begin);
      } else if constexpr (kRows > 1) {
        tile_of<kRows - 1>(rows, column, x, row, terms, to, begin);
      }
    }

    // All rows through all strips, in tiles of nearly the same size.
    void pass(const ByteRows& x, size_t first_row, size_t rows, const RowTerms* terms, const MatrixTarget& to,
              size_t begin) const noexcept VS_REALTIME {
      const size_t tiles = (rows + Vectors::kTileRows - 1) / Vectors::kTileRows;
      for (size_t column = 0; column < columns; column += kStripColumns) {
        for (size_t i = 0; i < tiles; ++i) {
          const size_t row = i * rows / tiles;
          tile_of<Vectors::kTileRows>((i + 1) * rows / tiles - row, column, x, first_row + row, terms + row, to, begin);
        }
      }
    }
  };

  template <size_t kVectors>
  static void panel(const ByteWeights& weights, const ByteRows& x, size_t first_row, size_t rows, const RowTerms* terms,
                    const MatrixTarget& to, size_t begin, unsigned char* scratch) noexcept VS_REALTIME {
    const size_t groups = (weights.inputs + 3) / 4;
    const Panel<kVectors> panel{
        .weights = reinterpret_cast<Weights*>(scratch),
        .column_sums = reinterpret_cast<int32_t*>(scratch + groups * 4 * kPanelColumns * sizeof(int16_t)),
        .inputs = weights.inputs,
        .columns = least(weights.outputs - begin, kPanelColumns)};
    panel.pack(weights, begin);
    panel.pass(x, first_row, rows, terms, to, begin);
  }

  // Many rows: the weights are repacked, panel by panel.
  static void many(const ByteWeights& weights, const ByteRows& x, const MatrixTarget& to,
                   unsigned char* scratch) noexcept VS_REALTIME {
    RowTerms terms[kMostTerms];
    for (size_t first_row = 0; first_row < x.count; first_row += kMostTerms) {
      const size_t rows = least(x.count - first_row, kMostTerms);
      for (size_t r = 0; r < rows; ++r)
        terms[r] = row_terms<Vectors>(weights, x, first_row + r, 0, Vectors::kPackedLess);
      for (size_t begin = 0; begin < weights.outputs; begin += kPanelColumns) {
        if constexpr (Vectors::kTileVectors > 2) {
          if (weights.outputs - begin > 2 * kLanes) {
            panel<Vectors::kTileVectors>(weights, x, first_row, rows, terms, to, begin, scratch);
            continue;
          }
        }
        panel<2>(weights, x, first_row, rows, terms, to, begin, scratch);
      }
    }
  }

  // Few rows, for which reading the weights is what takes time: they are read where they lie and in that order, eight
  // inputs at a time, while the sums of a block of columns stay near.
  static constexpr size_t kFewRows = 4;
  static constexpr size_t kFewInputs = 8;

  template <size_t kRows>
  static void few(const ByteWeights& weights, const ByteRows& x, const MatrixTarget& to) noexcept VS_REALTIME {
    constexpr size_t kFactors = kRows + 1;  // the rows, and ones for the sums of the columns
    constexpr size_t kGroups = kFewInputs / 4;
    constexpr size_t kMostColumns = kFactors <= 4 ? 1024 : 768;
    alignas(kCacheLineBytes) int32_t sums[kFactors][kMostColumns];
    RowTerms terms[kRows];
    for (size_t r = 0; r < kRows; ++r) terms[r] = row_terms<Vectors>(weights, x, r, 128, 0);
    const size_t last = weights.inputs - kFewInputs;
    for (size_t begin = 0; begin < weights.outputs; begin += kMostColumns) {
      const size_t columns = least(weights.outputs - begin, kMostColumns);
      for (auto& row : sums) {  // of whole vectors of bytes, whose columns are woven
        for (size_t i = 0; i < (columns + kBytes - 1) / kBytes * 4; ++i)
          Vectors::store_ints(row + i * kLanes, Vectors::ints(0));
      }
      for (size_t input = 0; input < weights.inputs; input += kFewInputs) {
        // The last inputs are a full eight: those of them that have been counted count nothing.
        const size_t first = least(input, last);
        uint32_t factors[kFactors][kGroups][Vectors::kParts];
        for (size_t group = 0; group < kGroups; ++group) {
          const size_t from = first + 4 * group;
          const size_t counted = input < from ? 0 : least(input - from, 4);
          const uint32_t kept = counted == 4 ? 0 : ~0U << (8 * counted);
          for (size_t r = 0; r < kRows; ++r)
            Vectors::split((four_bytes(x.bytes + r * x.stride + from) ^ kSigns) & kept, factors[r][group]);
          Vectors::split(kOnes & kept, factors[kRows][group]);
        }
        const uint8_t* const at = weights.bytes + first * weights.outputs + begin;
        const uint8_t* const next = weights.bytes + least(first + kFewInputs, last) * weights.outputs + begin;
        for (size_t column = 0; column < columns; column += kBytes) {
          if (column % kCacheLineBytes == 0) {
            for (size_t i = 0; i < kFewInputs; ++i) __builtin_prefetch(next + i * weights.outputs + column);
          }
          const auto mask = Vectors::first_bytes(columns - column);
#pragma GCC unroll 2
          for (size_t some = 0; some < 4; some += Vectors::kWovenAtOnce) {
            Ints total[kFactors][Vectors::kWovenAtOnce];
#pragma GCC unroll 8
            for (size_t r = 0; r < kFactors; ++r) {
#pragma GCC unroll 4
              for (size_t k = 0; k < Vectors::kWovenAtOnce; ++k)
                total[r][k] = Vectors::load_ints(sums[r] + column + (some + k) * kLanes);
            }
#pragma GCC unroll 2
            for (size_t group = 0; group < kGroups; ++group) {
              Ints lines[4];
#pragma GCC unroll 4
              for (size_t i = 0; i < 4; ++i)
                lines[i] = Vectors::load_bytes(at + (4 * group + i) * weights.outputs + column, mask);
#pragma GCC unroll 4
              for (size_t k = 0; k < Vectors::kWovenAtOnce; ++k) {
                const Weights woven = Vectors::woven(lines, some + k);
#pragma GCC unroll 8
                for (size_t r = 0; r < kFactors; ++r)
                  total[r][k] = Vectors::dot_in_place(total[r][k], Vectors::signed_values(factors[r][group]), woven);
              }
            }
#pragma GCC unroll 8
            for (size_t r = 0; r < kFactors; ++r) {
#pragma GCC unroll 4
              for (size_t k = 0; k < Vectors::kWovenAtOnce; ++k)
                Vectors::store_ints(sums[r] + column + (some + k) * kLanes, total[r][k]);
            }
          }
        }
      }
      for (size_t column = 0; column < columns; column += kBytes) {
        for (auto& row : sums) {
          Ints woven[4];
          for (size_t k = 0; k < 4; ++k) woven[k] = Vectors::load_ints(row + column + k * kLanes);
          Vectors::unweave(woven);
          for (size_t k = 0; k < 4; ++k) Vectors::store_ints(row + column + k * kLanes, woven[k]);
        }
      }
      for (size_t r = 0; r < kRows; ++r) finish(sums[r], sums[kRows], terms[r], to, r, begin, columns);
    }
  }

  static void multiply(const ByteWeights& weights, const ByteRows& x, const float* bias, Finish finish, float* y,
                       size_t y_stride, unsigned char* scratch) noexcept VS_REALTIME {
    const MatrixTarget to{.bias = bias, .finish = finish, .y = y, .y_stride = y_stride, .outputs = weights.outputs};
    if (weights.inputs < kFewInputs || x.count > kFewRows) return many(weights, x, to, scratch);
    switch (x.count) {
      case 1:
        return few<1>(weights, x, to);
      case 2:
        return few<2>(weights, x, to);
      case 3:
        return few<3>(weights, x, to);
      case 4:
        return few<4>(weights, x, to);
      default:
        return;
    }
  }

  // Output by output: rows of x against rows of weights, four of them at once.
  template <size_t kRows>
  static void rows_by_output(const ByteWeights& weights, const uint8_t* const (&at)[4], const ByteRows& x, size_t row,
                             int32_t (*sums)[kLanes], size_t output) noexcept VS_REALTIME {
    Ints total[kRows][4];
#pragma GCC unroll 4
    for (size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (size_t i = 0; i < 4; ++i) total[r][i] = Vectors::ints(0);
    }
    const auto add = [&](size_t input, auto mask) noexcept {
      typename Vectors::Values values[kRows];
#pragma GCC unroll 4
      for (size_t r = 0; r < kRows; ++r)
        values[r] = Vectors::signed_row(Vectors::load_bytes(x.bytes + (row + r) * x.stride + input, mask));
#pragma GCC unroll 4
      for (size_t i = 0; i < 4; ++i) {
        const Weights of_output = Vectors::in_order(Vectors::load_bytes(at[i] + input, mask));
#pragma GCC unroll 4
        for (size_t r = 0; r < kRows; ++r) total[r][i] = Vectors::dot_in_place(total[r][i], values[r], of_output);
      }
    };
    size_t input = 0;
    for (; input + kBytes <= weights.inputs; input += kBytes) add(input, Vectors::first_bytes(kBytes));
    if (input < weights.inputs) add(input, Vectors::first_bytes(weights.inputs - input));
#pragma GCC unroll 4
    for (size_t r = 0; r < kRows; ++r) Vectors::store_sums_of_four(sums[row + r] + output, total[r]);
  }

  // What a row of ones would give.
  static void columns_by_output(const ByteWeights& weights, const uint8_t* const (&at)[4],
                                int32_t* sums) noexcept VS_REALTIME {
    Ints total[4];
    for (size_t i = 0; i < 4; ++i) total[i] = Vectors::ints(0);
    uint32_t split[Vectors::kParts];
    Vectors::split(kOnes, split);
    const auto ones = Vectors::signed_values(split);
    const auto add = [&](size_t input, auto mask) noexcept {
#pragma GCC unroll 4
      for (size_t i = 0; i < 4; ++i) {
        __builtin_prefetch(at[i] + input + 4 * weights.inputs);
        total[i] = Vectors::dot_in_place(total[i], ones, Vectors::in_order(Vectors::load_bytes(at[i] + input, mask)));
      }
    };
    size_t input = 0;
    for (; input + kBytes <= weights.inputs; input += kBytes) add(input, Vectors::first_bytes(kBytes));
    if (input < weights.inputs) add(input, Vectors::first_bytes(weights.inputs - input));
    Vectors::store_sums_of_four(sums, total);
  }

  static void by_output(const ByteWeights& weights, const ByteRows& x, float* y, size_t y_stride) noexcept VS_REALTIME {
    constexpr size_t kRowsAtOnce = Vectors::kOutputRows;
    constexpr size_t kMostRows = 32;
    for (size_t first_row = 0; first_row < x.count; first_row += kMostRows) {
      const size_t rows = least(x.count - first_row, kMostRows);
      const ByteRows some{
          .bytes = x.bytes + first_row * x.stride, .stride = x.stride, .scales = x.scales + first_row, .count = rows};
      const MatrixTarget to{.bias = nullptr,
                            .finish = Finish::kStore,
                            .y = y + first_row * y_stride,
                            .y_stride = y_stride,
                            .outputs = weights.outputs};
      RowTerms terms[kMostRows];
      for (size_t r = 0; r < rows; ++r) terms[r] = row_terms<Vectors>(weights, some, r, 128, 0);
      for (size_t begin = 0; begin < weights.outputs; begin += kLanes) {
        alignas(kCacheLineBytes) int32_t sums[kMostRows][kLanes];
        alignas(kCacheLineBytes) int32_t column_sums[kLanes];
        for (size_t output = 0; output < kLanes; output += 4) {
          const uint8_t* at[4];  // beyond the last output is the last one
          for (size_t i = 0; i < 4; ++i)
            at[i] = weights.bytes + least(begin + output + i, weights.outputs - 1) * weights.inputs;
          columns_by_output(weights, at, column_sums + output);
          size_t row = 0;
          for (; row + kRowsAtOnce <= rows; row += kRowsAtOnce)
            rows_by_output<kRowsAtOnce>(weights, at, some, row, sums, output);
          for (; row < rows; ++row) rows_by_output<1>(weights, at, some, row, sums, output);
        }
        for (size_t r = 0; r < rows; ++r) finish(sums[r], column_sums, terms[r], to, r, begin, kLanes);
      }
    }
  }
};

}  // namespace voicestand::simd
