#pragma once

#include "voicestand/simd/matrix_finish.h"

namespace voicestand::simd {

// How weights lie: input by input, or output by output.
enum class MatrixOrder : uint8_t { kByInput, kByOutput };

// The lines of weights of a panel's columns, asked for one after the other. No processor foresees that a little is read
// of every one of them.
struct MatrixAhead {
  const uint8_t* at;
  size_t stride = 0;  // 0 where all have been asked for
  size_t left = 0;

  MatrixAhead(const ByteWeights& weights, MatrixOrder order, size_t begin) noexcept VS_REALTIME : at(weights.bytes) {
    if (begin >= weights.outputs) return;
    const size_t end = begin + kPanelColumns < weights.outputs ? begin + kPanelColumns : weights.outputs;
    if (order == MatrixOrder::kByOutput) {
      at += begin * weights.inputs;
      stride = kCacheLineBytes;
      left = (end - begin) * weights.inputs / kCacheLineBytes;
    } else {
      at += end - 1;  // of those that lie across two lines of the cache, the panel before has had the first
      stride = weights.outputs;
      left = weights.inputs;
    }
  }

  void passed(const uint8_t* next, size_t lines) noexcept VS_REALTIME {
    at = next;
    left -= left < lines ? left : lines;
    if (left == 0) stride = 0;
  }
};

// A panel of columns repacked as strips of kVectors vectors of outputs, each with all inputs, four by four, and the
// rows that pass it.
template <typename Vectors, MatrixOrder kOrder, size_t kVectors>
struct MatrixPanel : MatrixFinish<Vectors> {
  using Base = MatrixFinish<Vectors>;
  using Base::kBytes, Base::kLanes, Base::least, Base::four_bytes;
  using typename Base::Ints, typename Base::Weights;
  static constexpr size_t kStripColumns = kVectors * kLanes;

  const ByteWeights& from;
  size_t begin;  // its first column
  size_t columns;
  Weights* weights;
  int32_t* column_sums;

  MatrixPanel(const ByteWeights& all, size_t first_column, unsigned char* scratch) noexcept VS_REALTIME
      : from(all),
        begin(first_column),
        columns(least(all.outputs - first_column, kPanelColumns)),
        weights(reinterpret_cast<Weights*>(scratch)),
        column_sums(reinterpret_cast<int32_t*>(scratch + 4 * groups() * kPanelColumns * sizeof(int16_t))) {}

  [[nodiscard]] size_t groups() const noexcept VS_REALTIME { return (from.inputs + 3) / 4; }
  [[nodiscard]] Weights* strip(size_t column) const noexcept VS_REALTIME {
    return weights + column / kStripColumns * groups() * kVectors;
  }

  void pack() const noexcept VS_REALTIME {
    if constexpr (kOrder == MatrixOrder::kByInput) {
      pack_by_input();
    } else {
      pack_by_output();
    }
  }

  void pack_by_input() const noexcept VS_REALTIME {
    for (size_t column = 0; column < columns; column += kBytes) {
      const auto mask = Vectors::first_bytes(columns - column);
      Ints sums[4] = {Vectors::ints(0), Vectors::ints(0), Vectors::ints(0), Vectors::ints(0)};
      for (size_t group = 0; group < groups(); ++group) {
        const uint8_t* const at = from.bytes + 4 * group * from.outputs + begin + column;
        const size_t inputs = least(from.inputs - 4 * group, 4);
        Ints lines[4];
        for (size_t i = 0; i < 4; ++i) {
          lines[i] = i < inputs ? Vectors::spread(Vectors::load_bytes(at + i * from.outputs, mask)) : Vectors::ints(0);
        }
        const auto ones = Vectors::unsigned_values(Base::kOnes >> 8 * (4 - inputs));
#pragma GCC unroll 4
        for (size_t vector = 0; vector < 4; ++vector) {
          const Weights woven = Vectors::packed(Vectors::woven(lines, vector));
          sums[vector] = Vectors::dot(sums[vector], ones, woven);
          strip(column + vector * kLanes)[group * kVectors + vector % kVectors] = woven;
        }
      }
#pragma GCC unroll 4
      for (size_t vector = 0; vector < 4; ++vector)
        Vectors::store_ints(column_sums + column + vector * kLanes, sums[vector]);
    }
  }

  // As many outputs as a vector has lanes, and as many bytes of each as a vector has, at once.
  void pack_by_output() const noexcept VS_REALTIME {
    for (size_t column = 0; column < columns; column += kLanes) {
      const uint8_t* outputs[kLanes];  // beyond the last is the last
      for (size_t lane = 0; lane < kLanes; ++lane)
        outputs[lane] = from.bytes + (begin + least(column + lane, columns - 1)) * from.inputs;
      Weights* const to = strip(column) + column / kLanes % kVectors;
      Ints sums = Vectors::ints(0);
      for (size_t input = 0; input < from.inputs; input += kBytes) {
        const auto mask = Vectors::first_bytes(from.inputs - input);
        Ints lines[kLanes];
#pragma GCC unroll 16
        for (size_t lane = 0; lane < kLanes; ++lane) lines[lane] = Vectors::load_bytes(outputs[lane] + input, mask);
        Vectors::transpose(lines);
        const size_t first = input / 4;
        const size_t count = least(groups() - first, kLanes);
#pragma GCC unroll 16
        for (size_t i = 0; i < kLanes; ++i) {
          if (i >= count) break;
          const Weights fours = Vectors::packed(Vectors::in_order(lines[i]));
          const size_t inputs = least(from.inputs - 4 * (first + i), 4);
          sums = Vectors::dot(sums, Vectors::unsigned_values(Base::kOnes >> 8 * (4 - inputs)), fours);
          to[(first + i) * kVectors] = fours;
        }
      }
      Vectors::store_ints(column_sums + column, sums);
    }
  }

  // `count` rows, at most kRows, through the strip that begins at `column`; the last of them stands in for those that
  // there are not. Their sums stay in registers. What comes after is called for meanwhile.
  template <size_t kRows>
  void tile(size_t column, const ByteRows& x, size_t row, size_t count, const RowTerms* terms, const MatrixTarget& to,
            MatrixAhead& ahead) const noexcept VS_REALTIME {
    Ints sums[kRows][kVectors];
#pragma GCC unroll 8
    for (size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (size_t vector = 0; vector < kVectors; ++vector) sums[r][vector] = Vectors::ints(0);
    }
    const uint8_t* bytes[kRows];
    const size_t rest = from.inputs % 4;
    uint8_t ends[kRows][4] = {};
    for (size_t r = 0; r < kRows; ++r) {
      bytes[r] = x.bytes + (row + least(r, count - 1)) * x.stride;
      for (size_t i = 0; i < rest; ++i) ends[r][i] = bytes[r][from.inputs - rest + i];
    }
    const Weights* at = strip(column);
    const uint8_t* next = ahead.at;
    const size_t whole_and_end[2] = {from.inputs / 4, rest > 0 ? size_t{1} : 0};
    for (const size_t groups_of_four : whole_and_end) {
      for (size_t group = 0; group < groups_of_four; ++group, at += kVectors) {
        Weights outputs[kVectors];
#pragma GCC unroll 4
        for (size_t vector = 0; vector < kVectors; ++vector) outputs[vector] = at[vector];
        __builtin_prefetch(next, 0, 2);
        next += ahead.stride;
#pragma GCC unroll 8
        for (size_t r = 0; r < kRows; ++r) {
          const auto values = Vectors::unsigned_values(four_bytes(bytes[r] + 4 * group));
#pragma GCC unroll 4
          for (size_t vector = 0; vector < kVectors; ++vector)
            sums[r][vector] = Vectors::dot(sums[r][vector], values, outputs[vector]);
        }
      }
      for (size_t r = 0; r < kRows; ++r) bytes[r] = ends[r];
    }
    ahead.passed(next, groups());
    alignas(kCacheLineBytes) int32_t stored[kRows][kStripColumns];
#pragma GCC unroll 8
    for (size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
      for (size_t vector = 0; vector < kVectors; ++vector)
        Vectors::store_ints(stored[r] + vector * kLanes, sums[r][vector]);
    }
    for (size_t r = 0; r < count; ++r)
      Base::finish(stored[r], column_sums + column, terms[r], to, row + r, begin + column, kStripColumns);
  }

  // Rows through all strips.
  void pass(const ByteRows& x, size_t first_row, size_t rows, const RowTerms* terms,
            const MatrixTarget& to) const noexcept VS_REALTIME {
    MatrixAhead ahead(from, kOrder, begin + kPanelColumns);
    constexpr size_t kHalf = Vectors::kTileRows / 2;
    for (size_t column = 0; column < columns; column += kStripColumns) {
      size_t row = 0;
      for (; row + kHalf < rows; row += Vectors::kTileRows) {
        const size_t count = least(rows - row, Vectors::kTileRows);
        tile<Vectors::kTileRows>(column, x, first_row + row, count, terms + row, to, ahead);
      }
      if (row < rows) tile<kHalf>(column, x, first_row + row, rows - row, terms + row, to, ahead);
    }
  }
};

// Products of many rows, for which repacking all weights pays.
template <typename Vectors, MatrixOrder kOrder>
struct MatrixPanels : MatrixFinish<Vectors> {
  using Base = MatrixFinish<Vectors>;
  using Base::kLanes, Base::least;
  static constexpr size_t kMostRows = 512;  // have their terms on the stack at once

  // The first panel, before which there is nothing to do meanwhile.
  static void approach(const ByteWeights& weights) noexcept VS_REALTIME {
    for (size_t input = 0; input < weights.inputs; ++input) {
      const uint8_t* const at = weights.bytes + input * weights.outputs;
      __builtin_prefetch(at, 0, 2);
      __builtin_prefetch(at + least(weights.outputs, kPanelColumns) - 1, 0, 2);
    }
  }

  // NOLINTBEGIN(readability-non-const-parameter): what the panel is packed into
  template <size_t kVectors>
  static void panel(const ByteWeights& weights, size_t begin, const ByteRows& x, size_t first_row, size_t rows,
                    const RowTerms* terms, const MatrixTarget& to, unsigned char* scratch) noexcept VS_REALTIME {
    const MatrixPanel<Vectors, kOrder, kVectors> panel(weights, begin, scratch);
    panel.pack();
    panel.pass(x, first_row, rows, terms, to);
  }
  // NOLINTEND(readability-non-const-parameter)

  static void multiply(const ByteWeights& weights, const ByteRows& x, const MatrixTarget& to,
                       unsigned char* scratch) noexcept VS_REALTIME {
    RowTerms terms[kMostRows];
    for (size_t first_row = 0; first_row < x.count; first_row += kMostRows) {
      const size_t rows = least(x.count - first_row, kMostRows);
      for (size_t r = 0; r < rows; ++r) terms[r] = Base::row_terms(weights, x, first_row + r, 0, Vectors::kPackedLess);
      if (kOrder == MatrixOrder::kByInput && weights.outputs > 0) approach(weights);
      for (size_t begin = 0; begin < weights.outputs; begin += kPanelColumns) {
        const size_t left = weights.outputs - begin;
        if constexpr (Vectors::kTileVectors > 2) {
          if (left > 2 * kLanes) {
            panel<Vectors::kTileVectors>(weights, begin, x, first_row, rows, terms, to, scratch);
            continue;
          }
        }
        panel<2>(weights, begin, x, first_row, rows, terms, to, scratch);
      }
    }
  }
};

}  // namespace voicestand::simd
