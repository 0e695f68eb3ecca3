#include <immintrin.h>

#include "voicestand/simd/product_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 8;

inline size_t least(size_t a, size_t b) noexcept {
  return a < b ? a : b;
}

inline __m256i first_lanes(size_t count) noexcept {
  const auto lanes = static_cast<int>(least(count, kLanes));
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(lanes), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

// Not all machines are fast at masked stores.
inline void store_first(float* to, size_t count, __m256 lanes) noexcept {
  if (count >= kLanes) {
    _mm256_storeu_ps(to, lanes);
  } else {
    _mm256_maskstore_ps(to, first_lanes(count), lanes);
  }
}

// Up to 8 x 8, of which `rows` and `columns` are there.
inline void transpose_block(const float* a, size_t a_stride, size_t rows, size_t columns, float* b,
                            size_t b_stride) noexcept VS_REALTIME {
  const __m256i there = first_lanes(columns);
  __m256 lines[kLanes];
#pragma GCC unroll 8
  for (size_t row = 0; row < kLanes; ++row)
    lines[row] = row < rows ? _mm256_maskload_ps(a + row * a_stride, there) : _mm256_setzero_ps();
  // Four lines and their columns 0 and 4, 1 and 5, and so on.
  __m256 fours[2][4];
#pragma GCC unroll 2
  for (size_t four = 0; four < 2; ++four) {
    const __m256* const line = lines + 4 * four;
    const __m256d low_01 = _mm256_castps_pd(_mm256_unpacklo_ps(line[0], line[1]));
    const __m256d low_23 = _mm256_castps_pd(_mm256_unpacklo_ps(line[2], line[3]));
    const __m256d high_01 = _mm256_castps_pd(_mm256_unpackhi_ps(line[0], line[1]));
    const __m256d high_23 = _mm256_castps_pd(_mm256_unpackhi_ps(line[2], line[3]));
    fours[four][0] = _mm256_castpd_ps(_mm256_unpacklo_pd(low_01, low_23));
    fours[four][1] = _mm256_castpd_ps(_mm256_unpackhi_pd(low_01, low_23));
    fours[four][2] = _mm256_castpd_ps(_mm256_unpacklo_pd(high_01, high_23));
    fours[four][3] = _mm256_castpd_ps(_mm256_unpackhi_pd(high_01, high_23));
  }
  const auto store = [=](size_t column, __m256 line) noexcept {
    if (column < columns) store_first(b + column * b_stride, rows, line);
  };
#pragma GCC unroll 4
  for (size_t i = 0; i < 4; ++i) {
    store(i, _mm256_permute2f128_ps(fours[0][i], fours[1][i], 0x20));
    store(4 + i, _mm256_permute2f128_ps(fours[0][i], fours[1][i], 0x31));
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
  size_t last;  // as many lanes of the last vector are columns
  bool add;     // to the sums that are there
};

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
  __m256 sums[kRows][kVectors];
  for (auto& row : sums) {
    for (auto& sum : row) sum = _mm256_setzero_ps();
  }
  const __m256i last = first_lanes(tile.last);
  if (tile.add) {
#pragma GCC unroll 6
    for (size_t row = 0; row < kRows; ++row) {
#pragma GCC unroll 3
      for (size_t vector = 0; vector + 1 < kVectors; ++vector)
        sums[row][vector] = _mm256_loadu_ps(c[row] + vector * kLanes);
      sums[row][kVectors - 1] = _mm256_maskload_ps(c[row] + (kVectors - 1) * kLanes, last);
    }
  }
  const float* b = tile.b;
  for (size_t i = 0; i < tile.inner; ++i, b += tile.b_stride) {
    __m256 columns[kVectors];
#pragma GCC unroll 3
    for (size_t vector = 0; vector + 1 < kVectors; ++vector) columns[vector] = _mm256_loadu_ps(b + vector * kLanes);
    columns[kVectors - 1] = _mm256_maskload_ps(b + (kVectors - 1) * kLanes, last);
#pragma GCC unroll 6
    for (size_t row = 0; row < kRows; ++row) {
      const __m256 value = _mm256_broadcast_ss(a[row] + i);
#pragma GCC unroll 3
      for (size_t vector = 0; vector < kVectors; ++vector)
        sums[row][vector] = _mm256_fmadd_ps(value, columns[vector], sums[row][vector]);
    }
  }
  const __m256 factor = _mm256_set1_ps(tile.factor);
#pragma GCC unroll 6
  for (size_t row = 0; row < kRows; ++row) {
#pragma GCC unroll 3
    for (size_t vector = 0; vector + 1 < kVectors; ++vector)
      _mm256_storeu_ps(c[row] + vector * kLanes, _mm256_mul_ps(factor, sums[row][vector]));
    store_first(c[row] + (kVectors - 1) * kLanes, tile.last, _mm256_mul_ps(factor, sums[row][kVectors - 1]));
  }
}

using TileProduct = void (*)(const Tile&) noexcept VS_REALTIME;

// What a tile reads of b stays in the innermost cache, for all rows to come.
constexpr size_t kMostInner = 192;

// Twelve sums, what they are made of, and no register is left.
constexpr size_t kMostVectors = 3;
constexpr size_t kMostRows[kMostVectors] = {6, 6, 4};
constexpr TileProduct kTiles[2][kMostVectors] = {{tile<3, 1>, tile<3, 2>, tile<2, 3>},
                                                 {tile<6, 1>, tile<6, 2>, tile<4, 3>}};

// One row is as fast as b is read: as much of a row of it at once as registers hold sums, and several rows at a time
// where it is narrow, so that no sum waits for the one before.
template <size_t kVectors>
void row_tile(const Tile& whole) noexcept VS_REALTIME {
  constexpr size_t kDepth = kVectors <= 3 ? 4 : kVectors <= 6 ? 2 : 1;
  const Tile tile = whole;
  __m256 sums[kDepth][kVectors];
  for (auto& row : sums) {
    for (auto& sum : row) sum = _mm256_setzero_ps();
  }
  const __m256i mask = first_lanes(tile.last);
  const auto add = [&](size_t i, __m256(&to)[kVectors]) noexcept {
    const __m256 value = _mm256_broadcast_ss(tile.a + i);
    const float* const b = tile.b + i * tile.b_stride;
#pragma GCC unroll 12
    for (size_t vector = 0; vector + 1 < kVectors; ++vector)
      to[vector] = _mm256_fmadd_ps(value, _mm256_loadu_ps(b + vector * kLanes), to[vector]);
    const __m256 last = _mm256_maskload_ps(b + (kVectors - 1) * kLanes, mask);
    to[kVectors - 1] = _mm256_fmadd_ps(value, last, to[kVectors - 1]);
  };
  size_t i = 0;
  for (; i + kDepth <= tile.inner; i += kDepth) {
#pragma GCC unroll 4
    for (size_t row = 0; row < kDepth; ++row) add(i + row, sums[row]);
  }
  for (; i < tile.inner; ++i) add(i, sums[0]);
  const __m256 factor = _mm256_set1_ps(tile.factor);
  const auto product = [&](size_t vector) noexcept {
    __m256 sum = sums[0][vector];
#pragma GCC unroll 4
    for (size_t row = 1; row < kDepth; ++row) sum = _mm256_add_ps(sum, sums[row][vector]);
    return _mm256_mul_ps(factor, sum);
  };
#pragma GCC unroll 12
  for (size_t vector = 0; vector + 1 < kVectors; ++vector) _mm256_storeu_ps(tile.c + vector * kLanes, product(vector));
  store_first(tile.c + (kVectors - 1) * kLanes, tile.last, product(kVectors - 1));
}

constexpr size_t kMostRowVectors = 12;
constexpr TileProduct kRowTiles[kMostRowVectors] = {row_tile<1>, row_tile<2>,  row_tile<3>,  row_tile<4>,
                                                    row_tile<5>, row_tile<6>,  row_tile<7>,  row_tile<8>,
                                                    row_tile<9>, row_tile<10>, row_tile<11>, row_tile<12>};

// Columns and inner dimension in parts of nearly the same size, none larger than it may be.
void multiply(const Product& product) noexcept VS_REALTIME {
  const bool one = product.rows == 1;
  const size_t vectors = (product.columns + kLanes - 1) / kLanes;
  const size_t most = one ? kMostRowVectors : kMostVectors;
  const size_t blocks = (vectors + most - 1) / most;
  const size_t depths = one || product.inner == 0 ? 1 : (product.inner + kMostInner - 1) / kMostInner;
  for (size_t depth = 0; depth < depths; ++depth) {
    const size_t from = product.inner * depth / depths;
    const size_t to = product.inner * (depth + 1) / depths;
    for (size_t block = 0; block < blocks; ++block) {
      const size_t vector = vectors * block / blocks;
      const size_t width = vectors * (block + 1) / blocks - vector;
      const size_t most_rows = one ? 1 : kMostRows[width - 1];
      for (size_t row = 0; row < product.rows; row += most_rows) {
        const size_t rows = least(product.rows - row, most_rows);
        const bool many = rows > most_rows / 2;
        const TileProduct tile = one ? kRowTiles[width - 1] : kTiles[many ? 1 : 0][width - 1];
        tile({.a = product.a + row * product.a_stride + from,
              .a_stride = product.a_stride,
              .b = product.inner == 0 ? nullptr : product.b + from * product.b_stride + vector * kLanes,
              .b_stride = product.b_stride,
              .c = product.c + row * product.c_stride + vector * kLanes,
              .c_stride = product.c_stride,
              .rows = rows,
              .inner = to - from,
              .factor = depth + 1 == depths ? product.factor : 1,
              .last = product.columns - (vector + width - 1) * kLanes,
              .add = depth != 0});
      }
    }
  }
}

}  // namespace

const ProductKernels kProductAvx2{.multiply = multiply, .transpose = transpose};

}  // namespace voicestand::simd
