#include "voicestand/simd/avx512_intrinsics.h"
#include "voicestand/simd/convert_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 16;

// Sixteen neighbours' sums from thirty-two samples.
__m512i sum_pairs(__m512i low, __m512i high) noexcept VS_REALTIME {
  const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const __m512i odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
  return _mm512_add_epi32(_mm512_permutex2var_epi32(low, even, high), _mm512_permutex2var_epi32(low, odd, high));
}

__m512 sum_pairs(__m512 low, __m512 high) noexcept VS_REALTIME {
  const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const __m512i odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
  return _mm512_add_ps(_mm512_permutex2var_ps(low, even, high), _mm512_permutex2var_ps(low, odd, high));
}

// A format gives sixteen frames of one or two channels, unscaled and added up.
struct S16 {
  static constexpr size_t kBytes = 2;
  static constexpr float kStep = 0x1p-15F;
  static constexpr ToMono ConvertKernels::* kKernel = &ConvertKernels::s16;
  static __m512 mono(const unsigned char* at) noexcept VS_REALTIME {
    const __m256i samples = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    return _mm512_cvtepi32_ps(_mm512_cvtepi16_epi32(samples));
  }
  static __m512 stereo(const unsigned char* at) noexcept VS_REALTIME {
    return _mm512_cvtepi32_ps(_mm512_madd_epi16(_mm512_loadu_si512(at), _mm512_set1_epi16(1)));
  }
};

struct S24 {
  static constexpr size_t kBytes = 3;
  static constexpr float kStep = 0x1p-23F;
  static constexpr ToMono ConvertKernels::* kKernel = &ConvertKernels::s24;
  // Twelve bytes to each quarter, and from there each sample to the upper three bytes.
  static __m512i sixteen(const unsigned char* at) noexcept VS_REALTIME {
    const __m512i bytes = _mm512_maskz_loadu_epi32(0x0FFF, at);
    const __m512i quarters = _mm512_setr_epi32(0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 8, 9, 10, 11, 11);
    const __m512i order = _mm512_broadcast_i32x4(_mm_setr_epi8(-1, 0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11));
    return _mm512_srai_epi32(_mm512_shuffle_epi8(_mm512_permutexvar_epi32(quarters, bytes), order), 8);
  }
  static __m512 mono(const unsigned char* at) noexcept VS_REALTIME { return _mm512_cvtepi32_ps(sixteen(at)); }
  static __m512 stereo(const unsigned char* at) noexcept VS_REALTIME {
    return _mm512_cvtepi32_ps(sum_pairs(sixteen(at), sixteen(at + kLanes * kBytes)));
  }
};

struct S24In32 {
  static constexpr size_t kBytes = 4;
  static constexpr float kStep = 0x1p-23F;
  static constexpr ToMono ConvertKernels::* kKernel = &ConvertKernels::s24_in_32;
  static __m512i sixteen(const unsigned char* at) noexcept VS_REALTIME {
    return _mm512_srai_epi32(_mm512_slli_epi32(_mm512_loadu_si512(at), 8), 8);
  }
  static __m512 mono(const unsigned char* at) noexcept VS_REALTIME { return _mm512_cvtepi32_ps(sixteen(at)); }
  static __m512 stereo(const unsigned char* at) noexcept VS_REALTIME {
    return _mm512_cvtepi32_ps(sum_pairs(sixteen(at), sixteen(at + kLanes * kBytes)));
  }
};

struct S32 {
  static constexpr size_t kBytes = 4;
  static constexpr float kStep = 0x1p-31F;
  static constexpr ToMono ConvertKernels::* kKernel = &ConvertKernels::s32;
  static __m512 mono(const unsigned char* at) noexcept VS_REALTIME {
    return _mm512_cvtepi32_ps(_mm512_loadu_si512(at));
  }
  static __m512 stereo(const unsigned char* at) noexcept VS_REALTIME {
    return sum_pairs(mono(at), mono(at + kLanes * kBytes));
  }
};

struct F32 {
  static constexpr size_t kBytes = 4;
  static constexpr float kStep = 1;
  static constexpr ToMono ConvertKernels::* kKernel = &ConvertKernels::f32;
  static __m512 mono(const unsigned char* at) noexcept VS_REALTIME {
    const __m512i bits = _mm512_loadu_si512(at);
    const __m512i exponent = _mm512_set1_epi32(0x7F80'0000);
    const __mmask16 wild = _mm512_cmpeq_epi32_mask(_mm512_and_si512(bits, exponent), exponent);
    const __m512 known = _mm512_castsi512_ps(_mm512_mask_mov_epi32(bits, wild, _mm512_setzero_si512()));
    const __m512 most = _mm512_set1_ps(ConvertKernels::kMaxMagnitude);
    const __m512 least = _mm512_set1_ps(-ConvertKernels::kMaxMagnitude);
    return _mm512_min_ps(_mm512_max_ps(known, least), most);
  }
  static __m512 stereo(const unsigned char* at) noexcept VS_REALTIME {
    return sum_pairs(mono(at), mono(at + kLanes * kBytes));
  }
};

// The last sixteen overlap those before where `count` is no multiple of sixteen.
template <__m512 (*kSixteen)(const unsigned char*), size_t kFrameBytes>
void convert(const unsigned char* frames, size_t count, float factor, float* mono) noexcept VS_REALTIME {
  const __m512 factors = _mm512_set1_ps(factor);
  size_t i = 0;
#pragma GCC unroll 4
  for (; i + kLanes <= count; i += kLanes) {
    _mm512_storeu_ps(mono + i, _mm512_mul_ps(kSixteen(frames + i * kFrameBytes), factors));
  }
  if (i == count) return;
  i = count - kLanes;
  _mm512_storeu_ps(mono + i, _mm512_mul_ps(kSixteen(frames + i * kFrameBytes), factors));
}

template <typename Format>
void to_mono(const void* frames, size_t channels, size_t count, float gain, float* mono) noexcept VS_REALTIME {
  if (channels > 2 || count < kLanes) return (kConvertScalar.*Format::kKernel)(frames, channels, count, gain, mono);
  const float factor = gain * Format::kStep / static_cast<float>(channels);
  const auto* const bytes = static_cast<const unsigned char*>(frames);
  if (channels == 1) return convert<Format::mono, Format::kBytes>(bytes, count, factor, mono);
  convert<Format::stereo, 2 * Format::kBytes>(bytes, count, factor, mono);
}

}  // namespace

const ConvertKernels VS_AVX512_TABLE(kConvert){
    .s16 = to_mono<S16>, .s24 = to_mono<S24>, .s24_in_32 = to_mono<S24In32>, .s32 = to_mono<S32>, .f32 = to_mono<F32>};

}  // namespace voicestand::simd
