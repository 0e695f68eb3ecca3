#pragma once

#include <immintrin.h>

#include "voicestand/simd/matrix_kernels.h"

namespace voicestand::simd {

// Vectors of 32 bytes for matrix_finish.h. `Source` is a type in a source's unnamed namespace: it keeps all of this
// in there.
template <typename Source>
struct MatrixLanes256 {  // NOLINT(bugprone-crtp-constructor-accessibility): never made, a set of functions
  using Ints = __m256i;
  using Floats = __m256;
  static constexpr size_t kLanes = 8;

  // Of bytes and of 32-bit lanes, at most as many as there are.
  static size_t first_bytes(size_t count) noexcept VS_REALTIME { return count; }
  static __m256i first_lanes(size_t count) noexcept VS_REALTIME {
    const auto most = static_cast<int32_t>(count < kLanes ? count : kLanes);
    return _mm256_cmpgt_epi32(ints(most), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }

  static Ints load_bytes(const uint8_t* at, size_t count) noexcept VS_REALTIME {
    if (count >= sizeof(Ints)) return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    alignas(32) uint8_t bytes[sizeof(Ints)] = {};
    for (size_t i = 0; i < count; ++i) bytes[i] = at[i];
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(bytes));
  }
  static Ints load_ints(const int32_t* at) noexcept VS_REALTIME {
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(at));
  }
  static void store_ints(int32_t* at, Ints v) noexcept VS_REALTIME {
    _mm256_store_si256(reinterpret_cast<__m256i*>(at), v);
  }
  static Ints ints(int32_t value) noexcept VS_REALTIME { return _mm256_set1_epi32(value); }
  static Ints sum(Ints a, Ints b) noexcept VS_REALTIME { return _mm256_add_epi32(a, b); }
  static Ints product(Ints a, Ints b) noexcept VS_REALTIME { return _mm256_mullo_epi32(a, b); }
  static Ints exclusive_or(Ints a, Ints b) noexcept VS_REALTIME { return _mm256_xor_si256(a, b); }

  static Floats load_floats(const float* at) noexcept VS_REALTIME { return _mm256_loadu_ps(at); }
  static Floats load_floats(const float* at, __m256i mask) noexcept VS_REALTIME { return _mm256_maskload_ps(at, mask); }
  static void store_floats(float* at, __m256i mask, Floats v) noexcept VS_REALTIME { _mm256_maskstore_ps(at, mask, v); }
  static Floats floats(float value) noexcept VS_REALTIME { return _mm256_set1_ps(value); }
  static Floats floats_of(Ints v) noexcept VS_REALTIME { return _mm256_cvtepi32_ps(v); }
  static Floats sum(Floats a, Floats b) noexcept VS_REALTIME { return _mm256_add_ps(a, b); }
  static Floats difference(Floats a, Floats b) noexcept VS_REALTIME { return _mm256_sub_ps(a, b); }
  static Floats product(Floats a, Floats b) noexcept VS_REALTIME { return _mm256_mul_ps(a, b); }
  static Floats quotient(Floats a, Floats b) noexcept VS_REALTIME { return _mm256_div_ps(a, b); }
  static Floats fused(Floats a, Floats b, Floats c) noexcept VS_REALTIME { return _mm256_fmadd_ps(a, b, c); }
  // NaN in b stays.
  static Floats least(Floats a, Floats b) noexcept VS_REALTIME { return _mm256_min_ps(a, b); }
  static Floats most(Floats a, Floats b) noexcept VS_REALTIME { return _mm256_max_ps(a, b); }

  // Bytes, or pairs of them, of two vectors by turns, from the lower or the upper half of every 16 bytes.
  static Ints low_bytes(Ints a, Ints b) noexcept VS_REALTIME { return _mm256_unpacklo_epi8(a, b); }
  static Ints high_bytes(Ints a, Ints b) noexcept VS_REALTIME { return _mm256_unpackhi_epi8(a, b); }
  static Ints low_pairs(Ints a, Ints b) noexcept VS_REALTIME { return _mm256_unpacklo_epi16(a, b); }
  static Ints high_pairs(Ints a, Ints b) noexcept VS_REALTIME { return _mm256_unpackhi_epi16(a, b); }

  // Adds to some of the lanes.
  static Ints sum_bytes(Ints v, Ints bytes) noexcept VS_REALTIME { return sum(v, _mm256_sad_epu8(bytes, ints(0))); }
  // Every second byte of a vector as a 16-bit integer.
  static Ints even_bytes(Ints v) noexcept VS_REALTIME { return _mm256_and_si256(v, ints(0x00FF'00FF)); }
  static Ints odd_bytes(Ints v) noexcept VS_REALTIME { return _mm256_srli_epi16(v, 8); }
  static Ints less_128(Ints v) noexcept VS_REALTIME { return _mm256_sub_epi16(v, _mm256_set1_epi16(128)); }
  static Ints dot_pairs(Ints a, Ints b) noexcept VS_REALTIME { return _mm256_madd_epi16(a, b); }

  // Four lines of columns that went through woven() have the columns 16 l + 4 k .. + 3 in the 16 bytes l of vector k.
  // With their bytes spread before, or with the sums unwoven after, they are in order.
  static Ints spread(Ints bytes) noexcept VS_REALTIME {
    return _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7));
  }
  static void unweave(Ints (&v)[4]) noexcept VS_REALTIME {
    const Ints a = _mm256_permute2x128_si256(v[0], v[1], 0x20);
    const Ints b = _mm256_permute2x128_si256(v[2], v[3], 0x20);
    const Ints c = _mm256_permute2x128_si256(v[0], v[1], 0x31);
    v[3] = _mm256_permute2x128_si256(v[2], v[3], 0x31);
    v[0] = a;
    v[1] = b;
    v[2] = c;
  }

  // Lane i of vector k becomes lane k of vector i.
  static void transpose(Ints (&v)[kLanes]) noexcept VS_REALTIME {
    Ints fours[2][4];
#pragma GCC unroll 2
    for (size_t four = 0; four < 2; ++four) {
      const Ints* const line = v + 4 * four;
      const Ints low_01 = _mm256_unpacklo_epi32(line[0], line[1]);
      const Ints low_23 = _mm256_unpacklo_epi32(line[2], line[3]);
      const Ints high_01 = _mm256_unpackhi_epi32(line[0], line[1]);
      const Ints high_23 = _mm256_unpackhi_epi32(line[2], line[3]);
      fours[four][0] = _mm256_unpacklo_epi64(low_01, low_23);
      fours[four][1] = _mm256_unpackhi_epi64(low_01, low_23);
      fours[four][2] = _mm256_unpacklo_epi64(high_01, high_23);
      fours[four][3] = _mm256_unpackhi_epi64(high_01, high_23);
    }
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; ++i) {
      v[i] = _mm256_permute2x128_si256(fours[0][i], fours[1][i], 0x20);
      v[4 + i] = _mm256_permute2x128_si256(fours[0][i], fours[1][i], 0x31);
    }
  }

  // The sum of each vector's lanes.
  static void store_sums_of_four(int32_t* at, const Ints (&v)[4]) noexcept VS_REALTIME {
    const Ints a = sum(_mm256_unpacklo_epi32(v[0], v[1]), _mm256_unpackhi_epi32(v[0], v[1]));
    const Ints b = sum(_mm256_unpacklo_epi32(v[2], v[3]), _mm256_unpackhi_epi32(v[2], v[3]));
    const Ints c = sum(_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(at),
                     _mm_add_epi32(_mm256_castsi256_si128(c), _mm256_extracti128_si256(c, 1)));
  }

  static int32_t sum_of_bytes(const uint8_t* bytes, size_t count) noexcept VS_REALTIME {
    Ints total = _mm256_setzero_si256();
    for (size_t i = 0; i < count; i += sizeof(Ints))
      total = sum(total, _mm256_sad_epu8(load_bytes(bytes + i, count - i), _mm256_setzero_si256()));
    const __m128i sums = _mm_add_epi32(_mm256_castsi256_si128(total), _mm256_extracti128_si256(total, 1));
    return _mm_cvtsi128_si32(_mm_add_epi32(sums, _mm_unpackhi_epi64(sums, sums)));
  }

  static Floats nothing_for_nan(Floats v) noexcept VS_REALTIME {
    return _mm256_and_ps(v, _mm256_cmp_ps(v, v, _CMP_ORD_Q));
  }
  static float least_lane(Floats v) noexcept VS_REALTIME {
    v = least(v, _mm256_permute2f128_ps(v, v, 0x01));
    v = least(v, _mm256_shuffle_ps(v, v, 0x4E));
    return _mm256_cvtss_f32(least(v, _mm256_shuffle_ps(v, v, 0xB1)));
  }
  static float most_lane(Floats v) noexcept VS_REALTIME {
    v = most(v, _mm256_permute2f128_ps(v, v, 0x01));
    v = most(v, _mm256_shuffle_ps(v, v, 0x4E));
    return _mm256_cvtss_f32(most(v, _mm256_shuffle_ps(v, v, 0xB1)));
  }

  // To the nearest integer; 0 for NaN.
  static Ints rounded(Floats v) noexcept VS_REALTIME { return _mm256_cvtps_epi32(nothing_for_nan(v)); }
  // Bytes of four vectors of small integers plus zero, one behind the other.
  static void store_four(uint8_t* at, const Ints (&v)[4], int32_t zero) noexcept VS_REALTIME {
    const Ints zeros = _mm256_set1_epi16(static_cast<int16_t>(zero));
    const Ints a = _mm256_add_epi16(_mm256_packs_epi32(v[0], v[1]), zeros);
    const Ints b = _mm256_add_epi16(_mm256_packs_epi32(v[2], v[3]), zeros);
    const Ints order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), _mm256_permutevar8x32_epi32(_mm256_packus_epi16(a, b), order));
  }
  // Bytes of v to the nearest integer plus zero, of at most `count` lanes.
  static void store_rounded(uint8_t* at, size_t count, Floats v, Ints zero) noexcept VS_REALTIME {
    const Ints wide = sum(_mm256_cvtps_epi32(v), zero);
    const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
    const int64_t bytes = _mm_cvtsi128_si64(_mm_packus_epi16(words, words));
    __builtin_memcpy(at, &bytes, count < kLanes ? count : kLanes);
  }
};

}  // namespace voicestand::simd
