#pragma once

#include "voicestand/simd/avx512_intrinsics.h"
#include "voicestand/simd/matrix_kernels.h"

namespace voicestand::simd {

// Vectors of 64 bytes for matrix_finish.h. `Source` is a type in a source's unnamed namespace: it keeps all of this
// in there.
template <typename Source>
struct MatrixLanes512 {  // NOLINT(bugprone-crtp-constructor-accessibility): never made, a set of functions
  using Ints = __m512i;
  using Floats = __m512;
  static constexpr size_t kLanes = 16;

  // Of bytes and of 32-bit lanes, at most as many as there are.
  static __mmask64 first_bytes(size_t count) noexcept VS_REALTIME {
    return count >= 64 ? ~__mmask64{0} : (__mmask64{1} << count) - 1;
  }
  static __mmask16 first_lanes(size_t count) noexcept VS_REALTIME {
    return static_cast<__mmask16>(count >= kLanes ? 0xFFFFU : (1U << count) - 1);
  }

  static Ints load_bytes(const uint8_t* at, __mmask64 mask) noexcept VS_REALTIME {
    return _mm512_maskz_loadu_epi8(mask, at);
  }
  static Ints load_ints(const int32_t* at) noexcept VS_REALTIME { return _mm512_load_si512(at); }
  static void store_ints(int32_t* at, Ints v) noexcept VS_REALTIME { _mm512_store_si512(at, v); }
  static Ints ints(int32_t value) noexcept VS_REALTIME { return _mm512_set1_epi32(value); }
  static Ints sum(Ints a, Ints b) noexcept VS_REALTIME { return _mm512_add_epi32(a, b); }
  static Ints product(Ints a, Ints b) noexcept VS_REALTIME { return _mm512_mullo_epi32(a, b); }
  static Ints exclusive_or(Ints a, Ints b) noexcept VS_REALTIME { return _mm512_xor_si512(a, b); }

  static Floats load_floats(const float* at) noexcept VS_REALTIME { return _mm512_loadu_ps(at); }
  static Floats load_floats(const float* at, __mmask16 mask) noexcept VS_REALTIME {
    return _mm512_maskz_loadu_ps(mask, at);
  }
  static void store_floats(float* at, __mmask16 mask, Floats v) noexcept VS_REALTIME {
    _mm512_mask_storeu_ps(at, mask, v);
  }
  static Floats floats(float value) noexcept VS_REALTIME { return _mm512_set1_ps(value); }
  static Floats floats_of(Ints v) noexcept VS_REALTIME { return _mm512_cvtepi32_ps(v); }
  static Floats sum(Floats a, Floats b) noexcept VS_REALTIME { return _mm512_add_ps(a, b); }
  static Floats difference(Floats a, Floats b) noexcept VS_REALTIME { return _mm512_sub_ps(a, b); }
  static Floats product(Floats a, Floats b) noexcept VS_REALTIME { return _mm512_mul_ps(a, b); }
  static Floats quotient(Floats a, Floats b) noexcept VS_REALTIME { return _mm512_div_ps(a, b); }
  static Floats fused(Floats a, Floats b, Floats c) noexcept VS_REALTIME { return _mm512_fmadd_ps(a, b, c); }
  // NaN in b stays.
  static Floats least(Floats a, Floats b) noexcept VS_REALTIME { return _mm512_min_ps(a, b); }
  static Floats most(Floats a, Floats b) noexcept VS_REALTIME { return _mm512_max_ps(a, b); }

  // Bytes, or pairs of them, of two vectors by turns, from the lower or the upper half of every 16 bytes.
  static Ints low_bytes(Ints a, Ints b) noexcept VS_REALTIME { return _mm512_unpacklo_epi8(a, b); }
  static Ints high_bytes(Ints a, Ints b) noexcept VS_REALTIME { return _mm512_unpackhi_epi8(a, b); }
  static Ints low_pairs(Ints a, Ints b) noexcept VS_REALTIME { return _mm512_unpacklo_epi16(a, b); }
  static Ints high_pairs(Ints a, Ints b) noexcept VS_REALTIME { return _mm512_unpackhi_epi16(a, b); }

  // Adds to some of the lanes.
  static Ints sum_bytes(Ints v, Ints bytes) noexcept VS_REALTIME { return sum(v, _mm512_sad_epu8(bytes, ints(0))); }

  // Four lines of columns that went through woven() have the columns 16 l + 4 k .. + 3 in the 16 bytes l of vector k.
  // With their bytes spread before, or with the sums unwoven after, they are in order.
  static Ints spread(Ints bytes) noexcept VS_REALTIME {
    return _mm512_permutexvar_epi32(_mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15), bytes);
  }
  static void unweave(Ints (&v)[4]) noexcept VS_REALTIME {
    const Ints a = _mm512_shuffle_i32x4(v[0], v[1], 0x44);
    const Ints b = _mm512_shuffle_i32x4(v[2], v[3], 0x44);
    const Ints c = _mm512_shuffle_i32x4(v[0], v[1], 0xEE);
    const Ints d = _mm512_shuffle_i32x4(v[2], v[3], 0xEE);
    v[0] = _mm512_shuffle_i32x4(a, b, 0x88);
    v[1] = _mm512_shuffle_i32x4(a, b, 0xDD);
    v[2] = _mm512_shuffle_i32x4(c, d, 0x88);
    v[3] = _mm512_shuffle_i32x4(c, d, 0xDD);
  }

  // Lane i of vector k becomes lane k of vector i.
  static void transpose(Ints (&v)[kLanes]) noexcept VS_REALTIME {
    Ints fours[4][4];
#pragma GCC unroll 4
    for (size_t four = 0; four < 4; ++four) {
      const Ints* const line = v + 4 * four;
      const Ints low_01 = _mm512_unpacklo_epi32(line[0], line[1]);
      const Ints low_23 = _mm512_unpacklo_epi32(line[2], line[3]);
      const Ints high_01 = _mm512_unpackhi_epi32(line[0], line[1]);
      const Ints high_23 = _mm512_unpackhi_epi32(line[2], line[3]);
      fours[four][0] = _mm512_unpacklo_epi64(low_01, low_23);
      fours[four][1] = _mm512_unpackhi_epi64(low_01, low_23);
      fours[four][2] = _mm512_unpacklo_epi64(high_01, high_23);
      fours[four][3] = _mm512_unpackhi_epi64(high_01, high_23);
    }
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; ++i) {
      const Ints front_01 = _mm512_shuffle_i32x4(fours[0][i], fours[1][i], 0x44);
      const Ints front_23 = _mm512_shuffle_i32x4(fours[2][i], fours[3][i], 0x44);
      const Ints back_01 = _mm512_shuffle_i32x4(fours[0][i], fours[1][i], 0xEE);
      const Ints back_23 = _mm512_shuffle_i32x4(fours[2][i], fours[3][i], 0xEE);
      v[i] = _mm512_shuffle_i32x4(front_01, front_23, 0x88);
      v[4 + i] = _mm512_shuffle_i32x4(front_01, front_23, 0xDD);
      v[8 + i] = _mm512_shuffle_i32x4(back_01, back_23, 0x88);
      v[12 + i] = _mm512_shuffle_i32x4(back_01, back_23, 0xDD);
    }
  }

  // The sum of each vector's lanes.
  static void store_sums_of_four(int32_t* at, const Ints (&v)[4]) noexcept VS_REALTIME {
    const Ints a = sum(_mm512_unpacklo_epi32(v[0], v[1]), _mm512_unpackhi_epi32(v[0], v[1]));
    const Ints b = sum(_mm512_unpacklo_epi32(v[2], v[3]), _mm512_unpackhi_epi32(v[2], v[3]));
    const Ints c = sum(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
    const Ints d = sum(c, _mm512_shuffle_i32x4(c, c, 0x4E));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(at), _mm512_castsi512_si128(sum(d, _mm512_shuffle_i32x4(d, d, 0xB1))));
  }

  static int32_t sum_of_bytes(const uint8_t* bytes, size_t count) noexcept VS_REALTIME {
    Ints total = _mm512_setzero_si512();
    for (size_t i = 0; i < count; i += 64) {
      total = sum(total,
                  _mm512_sad_epu8(_mm512_maskz_loadu_epi8(first_bytes(count - i), bytes + i), _mm512_setzero_si512()));
    }
    total = sum(total, _mm512_shuffle_i32x4(total, total, 0x4E));
    total = sum(total, _mm512_shuffle_i32x4(total, total, 0xB1));
    const __m128i sums = _mm512_castsi512_si128(total);
    return _mm_cvtsi128_si32(_mm_add_epi32(sums, _mm_unpackhi_epi64(sums, sums)));
  }

  static Floats nothing_for_nan(Floats v) noexcept VS_REALTIME {
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(v, v, _CMP_ORD_Q), v);
  }
  static float least_lane(Floats v) noexcept VS_REALTIME {
    v = least(v, _mm512_shuffle_f32x4(v, v, 0x4E));
    v = least(v, _mm512_shuffle_f32x4(v, v, 0xB1));
    v = least(v, _mm512_shuffle_ps(v, v, 0x4E));
    return _mm_cvtss_f32(_mm512_castps512_ps128(least(v, _mm512_shuffle_ps(v, v, 0xB1))));
  }
  static float most_lane(Floats v) noexcept VS_REALTIME {
    v = most(v, _mm512_shuffle_f32x4(v, v, 0x4E));
    v = most(v, _mm512_shuffle_f32x4(v, v, 0xB1));
    v = most(v, _mm512_shuffle_ps(v, v, 0x4E));
    return _mm_cvtss_f32(_mm512_castps512_ps128(most(v, _mm512_shuffle_ps(v, v, 0xB1))));
  }

  // To the nearest integer; 0 for NaN.
  static Ints rounded(Floats v) noexcept VS_REALTIME { return _mm512_cvtps_epi32(nothing_for_nan(v)); }
  // Bytes of four vectors of small integers plus zero, one behind the other.
  static void store_four(uint8_t* at, const Ints (&v)[4], int32_t zero) noexcept VS_REALTIME {
    const Ints zeros = _mm512_set1_epi16(static_cast<int16_t>(zero));
    const Ints a = _mm512_add_epi16(_mm512_packs_epi32(v[0], v[1]), zeros);
    const Ints b = _mm512_add_epi16(_mm512_packs_epi32(v[2], v[3]), zeros);
    _mm512_storeu_si512(at, spread(_mm512_packus_epi16(a, b)));
  }
  // Bytes of v to the nearest integer plus zero, of at most `count` lanes.
  static void store_rounded(uint8_t* at, size_t count, Floats v, Ints zero) noexcept VS_REALTIME {
    _mm512_mask_cvtepi32_storeu_epi8(at, first_lanes(count), sum(_mm512_cvtps_epi32(v), zero));
  }
};

}  // namespace voicestand::simd
