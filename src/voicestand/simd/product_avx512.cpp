#include "voicestand/simd/avx512_intrinsics.h"
#include "voicestand/simd/product_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 16;
constexpr __mmask16 kAll = 0xFFFF;

inline size_t least(size_t a, size_t b) noexcept {
  return a < b ? a : b;
}

inline __mmask16 first_lanes(size_t count) noexcept {
  return count < kLanes ? static_cast<__mmask16>((1U << count) - 1U) : kAll;
}

// Up to 16 x 16, of which `rows` and `columns` are there.
inline void transpose_block(const float* a, size_t a_stride, size_t rows, size_t columns, float* b,
                            size_t b_stride) noexcept VS_REALTIME {
  const __mmask16 there = first_lanes(columns);
  __m512 lines[kLanes];
#pragma GCC unroll 16
  for (size_t row = 0; row < kLanes; ++row)
    lines[row] = row < rows ? _mm512_maskz_loadu_ps(there, a + row * a_stride) : _mm512_setzero_ps();
  // Four lines and their columns 0, 4, 8, 12; 1, 5, 9, 13; and so on.
  __m512 fours[4][4];
#pragma GCC unroll 4
  for (size_t four = 0; four < 4; ++four) {
    const __m512* const line = lines + 4 * four;
    const __m512d low_01 = _mm512_castps_pd(_mm512_unpacklo_ps(line[0], line[1]));
    const __m512d low_23 = _mm512_castps_pd(_mm512_unpacklo_ps(line[2], line[3]));
    const __m512d high_01 = _mm512_castps_pd(_mm512_unpackhi_ps(line[0], line[1]));
    const __m512d high_23 = _mm512_castps_pd(_mm512_unpackhi_ps(line[2], line[3]));
    fours[four][0] = _mm512_castpd_ps(_mm512_unpacklo_pd(low_01, low_23));
    fours[four][1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low_01, low_23));
    fours[four][2] = _mm512_castpd_ps(_mm512_unpacklo_pd(high_01, high_23));
    fours[four][3] = _mm512_castpd_ps(_mm512_unpackhi_pd(high_01, high_23));
  }
  const __mmask16 wanted = first_lanes(rows);
  const auto store = [=](size_t column, __m512 line) noexcept {
    if (column < columns) _mm512_mask_storeu_ps(b + column * b_stride, wanted, line);
  };
#pragma GCC unroll 4
  for (size_t i = 0; i < 4; ++i) {
    const __m512 front_01 = _mm512_shuffle_f32x4(fours[0][i], fours[1][i], 0x44);
    const __m512 front_23 = _mm512_shuffle_f32x4(fours[2][i], fours[3][i], 0x44);
    const __m512 back_01 = _mm512_shuffle_f32x4(fours[0][i], fours[1][i], 0xEE);
    const __m512 back_23 = _mm512_shuffle_f32x4(fours[2][i], fours[3][i], 0xEE);
    store(i, _mm512_shuffle_f32x4(front_01, front_23, 0x88));
    store(4 + i, _mm512_shuffle_f32x4(front_01, front_23, 0xDD));
    store(8 + i, _mm512_shuffle_f32x4(back_01, back_23, 0x88));
    store(12 + i, _mm512_shuffle_f32x4(back_01, back_23, 0xDD));
  }
}

void transpose(const float* a, size_t a_stride, size_t rows, size_t columns, float* b,
               size_t b_stride) noexcept VS_REALTIME {
  for (size_t row = 0; row < rows; row += kLanes) {
    for (size_t column = 0; column < columns; column += kLanes)
      transpose_block(a + row * a_stride + column, a_stride, least(rows - row, kLanes), least(columns - column, kLanes),
                      b + column * b_stride + row, b_stride);
  }
}

// Part of a product: sums that stay in registers while the inner dimension goes by.
struct Tile {
  const float* a;
  size_t a_stride;
  const float* b;
  size_t b_stride;
  float* c;
  size_t c_stride;
  size_t rows;
  size_t inner;
  float factor;
  __mmask16 last;  // the lanes of the last vector that are columns
  bool add;        // to the sums that are there
};

// With four vectors the sums take 24 registers of 32, and the loads of a step less time than its multiply-adds.
constexpr size_t kMostVectors = 4;
constexpr size_t kMostRows = 6;
// What a tile reads of b stays in the innermost cache, for all rows to come.
constexpr size_t kMostInner = 128;

// For at most kRows rows; the last of them stands in for those that there are not.
template <size_t kRows, size_t kVectors>
void tile(const Tile& whole) noexcept VS_REALTIME {
  const Tile tile = whole;  // which no store can change
  const float* a[kRows];
  float* c[kRows];
  for (size_t row = 0; row < kRows; ++row) {
    a[row] = tile.a + least(row, tile.rows - 1) * tile.a_stride;
    c[row] = tile.c + least(row, tile.rows - 1) * tile.c_stride;
  }
  __m512 sums[kRows][kVectors];
  for (auto& row : sums) {
    for (auto& sum : row) sum = _mm512_setzero_ps();
  }
  if (tile.add) {
#pragma GCC unroll 6
    for (size_t row = 0; row < kRows; ++row) {
#pragma GCC unroll 4
      for (size_t vector = 0; vector + 1 < kVectors; ++vector)
        sums[row][vector] = _mm512_loadu_ps(c[row] + vector * kLanes);
      sums[row][kVectors - 1] = _mm512_maskz_loadu_ps(tile.last, c[row] + (kVectors - 1) * kLanes);
    }
  }
  const float* b = tile.b;
  for (size_t i = 0; i < tile.inner; ++i, b += tile.b_stride) {
    __m512 columns[kVectors];
#pragma GCC unroll 4
    for (size_t vector = 0; vector + 1 < kVectors; ++vector) columns[vector] = _mm512_loadu_ps(b + vector * kLanes);
    columns[kVectors - 1] = _mm512_maskz_loadu_ps(tile.last, b + (kVectors - 1) * kLanes);
#pragma GCC unroll 6
    for (size_t row = 0; row < kRows; ++row) {
      const __m512 value = _mm512_set1_ps(a[row][i]);
#pragma GCC unroll 4
      for (size_t vector = 0; vector < kVectors; ++vector)
        sums[row][vector] = _mm512_fmadd_ps(value, columns[vector], sums[row][vector]);
    }
  }
  const __m512 factor = _mm512_set1_ps(tile.factor);
#pragma GCC unroll 6
  for (size_t row = 0; row < kRows; ++row) {
#pragma GCC unroll 4
    for (size_t vector = 0; vector + 1 < kVectors; ++vector)
      _mm512_storeu_ps(c[row] + vector * kLanes, _mm512_mul_ps(factor, sums[row][vector]));
    _mm512_mask_storeu_ps(c[row] + (kVectors - 1) * kLanes, tile.last, _mm512_mul_ps(factor, sums[row][kVectors - 1]));
  }
}

using TileProduct = void (*)(const Tile&) noexcept VS_REALTIME;
constexpr TileProduct kTiles[2][kMostVectors] = {{tile<3, 1>, tile<3, 2>, tile<3, 3>, tile<3, 4>},
                                                 {tile<6, 1>, tile<6, 2>, tile<6, 3>, tile<6, 4>}};

// One row is as fast as b is read: as much of a row of it at once as registers hold sums, and several rows at a time
// where it is narrow, so that no sum waits for the one before.
constexpr size_t kMostRowVectors = 12;

template <size_t kVectors>
void row_tile(const Tile& whole) noexcept VS_REALTIME {
  constexpr size_t kDepth = kVectors <= 6 ? 4 : 2;
  const Tile tile = whole;
  __m512 sums[kDepth][kVectors];
  for (auto& row : sums) {
    for (auto& sum : row) sum = _mm512_setzero_ps();
  }
  const auto add = [&](size_t i, __m512(&to)[kVectors]) noexcept {
    const __m512 value = _mm512_set1_ps(tile.a[i]);
    const float* const b = tile.b + i * tile.b_stride;
#pragma GCC unroll 12
    for (size_t vector = 0; vector + 1 < kVectors; ++vector)
      to[vector] = _mm512_fmadd_ps(value, _mm512_loadu_ps(b + vector * kLanes), to[vector]);
    const __m512 last = _mm512_maskz_loadu_ps(tile.last, b + (kVectors - 1) * kLanes);
    to[kVectors - 1] = _mm512_fmadd_ps(value, last, to[kVectors - 1]);
  };
  size_t i = 0;
  for (; i + kDepth <= tile.inner; i += kDepth) {
#pragma GCC unroll 4
    for (size_t row = 0; row < kDepth; ++row) add(i + row, sums[row]);
  }
  for (; i < tile.inner; ++i) add(i, sums[0]);
  const __m512 factor = _mm512_set1_ps(tile.factor);
#pragma GCC unroll 12
  for (size_t vector = 0; vector < kVectors; ++vector) {
    __m512 sum = sums[0][vector];
#pragma GCC unroll 4
    for (size_t row = 1; row < kDepth; ++row) sum = _mm512_add_ps(sum, sums[row][vector]);
    const __mmask16 mask = vector + 1 < kVectors ? kAll : tile.last;
    _mm512_mask_storeu_ps(tile.c + vector * kLanes, mask, _mm512_mul_ps(factor, sum));
  }
}

constexpr TileProduct kRowTiles[kMostRowVectors] = {row_tile<1>, row_tile<2>,  row_tile<3>,  row_tile<4>,
                                                    row_tile<5>, row_tile<6>,  row_tile<7>,  row_tile<8>,
                                                    row_tile<9>, row_tile<10>, row_tile<11>, row_tile<12>};

// The last columns where they are so few that most of a vector would stay empty: sums along the inner dimension, of
// which a vector holds many.
constexpr size_t kFew = 4;

struct FewColumns {
  float numbers[kFew][kMostInner];  // column by column; 0 where there is none
};

// For at most kRows rows, as tile().
template <size_t kRows>
void few_columns(const Tile& tile, const FewColumns& columns) noexcept VS_REALTIME {
  __m512 sums[kRows][kFew];
  for (auto& row : sums) {
    for (auto& sum : row) sum = _mm512_setzero_ps();
  }
  for (size_t i = 0; i < tile.inner; i += kLanes) {
    const __mmask16 mask = first_lanes(tile.inner - i);
    __m512 values[kRows];
#pragma GCC unroll 6
    for (size_t row = 0; row < kRows; ++row)
      values[row] = _mm512_maskz_loadu_ps(mask, tile.a + least(row, tile.rows - 1) * tile.a_stride + i);
#pragma GCC unroll 4
    for (size_t column = 0; column < kFew; ++column) {
      const __m512 weights = _mm512_maskz_loadu_ps(mask, columns.numbers[column] + i);
#pragma GCC unroll 6
      for (size_t row = 0; row < kRows; ++row)
        sums[row][column] = _mm512_fmadd_ps(values[row], weights, sums[row][column]);
    }
  }
  const auto folded = [](__m512 x, __m512 y) noexcept {
    return _mm512_add_ps(_mm512_unpacklo_ps(x, y), _mm512_unpackhi_ps(x, y));
  };
  const __m512 factor = _mm512_set1_ps(tile.factor);
#pragma GCC unroll 6
  for (size_t row = 0; row < kRows; ++row) {
    __m512 sum = folded(folded(sums[row][0], sums[row][2]), folded(sums[row][1], sums[row][3]));
    sum = _mm512_add_ps(sum, _mm512_shuffle_f32x4(sum, sum, 0x4E));
    sum = _mm512_add_ps(sum, _mm512_shuffle_f32x4(sum, sum, 0xB1));
    if (row >= tile.rows) break;
    float* const c = tile.c + row * tile.c_stride;
    if (tile.add) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(tile.last, c));
    _mm512_mask_storeu_ps(c, tile.last, _mm512_mul_ps(factor, sum));
  }
}

// Columns and inner dimension in parts of nearly the same size, none larger than it may be.
void multiply(const Product& product) noexcept VS_REALTIME {
  const bool one = product.rows == 1;
  size_t few = product.columns % kLanes;
  if (few > kFew || few == product.columns || one) few = 0;
  const size_t columns = product.columns - few;
  const size_t vectors = (columns + kLanes - 1) / kLanes;
  const size_t most = one ? kMostRowVectors : kMostVectors;
  const size_t blocks = (vectors + most - 1) / most;
  const size_t depths = one || product.inner == 0 ? 1 : (product.inner + kMostInner - 1) / kMostInner;
  FewColumns last_columns;
  for (size_t i = few; few != 0 && i < kFew; ++i) {
    for (float& number : last_columns.numbers[i]) number = 0;
  }
  for (size_t depth = 0; depth < depths; ++depth) {
    const size_t from = product.inner * depth / depths;
    const size_t inner = product.inner * (depth + 1) / depths - from;
    const float* const b = product.b + from * product.b_stride;
    if (few != 0 && inner != 0)
      transpose(b + columns, product.b_stride, inner, few, last_columns.numbers[0], kMostInner);
    for (size_t block = 0; block < blocks; ++block) {
      const size_t vector = vectors * block / blocks;
      const size_t width = vectors * (block + 1) / blocks - vector;
      for (size_t row = 0; row < product.rows; row += kMostRows) {
        const size_t rows = least(product.rows - row, kMostRows);
        const bool many = rows > kMostRows / 2;
        Tile tile{.a = product.a + row * product.a_stride + from,
                  .a_stride = product.a_stride,
                  .b = product.inner == 0 ? nullptr : b + vector * kLanes,
                  .b_stride = product.b_stride,
                  .c = product.c + row * product.c_stride + vector * kLanes,
                  .c_stride = product.c_stride,
                  .rows = rows,
                  .inner = inner,
                  .factor = depth + 1 == depths ? product.factor : 1,
                  .last = first_lanes(columns - (vector + width - 1) * kLanes),
                  .add = depth != 0};
        (one ? kRowTiles[width - 1] : kTiles[many ? 1 : 0][width - 1])(tile);
        if (few == 0 || block + 1 < blocks) continue;
        tile.c += width * kLanes;
        tile.last = first_lanes(few);
        (many ? few_columns<kMostRows> : few_columns<kMostRows / 2>)(tile, last_columns);
      }
    }
  }
}

}  // namespace

const ProductKernels VS_AVX512_TABLE(kProduct){.multiply = multiply, .transpose = transpose};

}  // namespace voicestand::simd
