#include <immintrin.h>

#include "voicestand/simd/convert_kernels.h"

namespace voicestand::simd {
namespace {

constexpr size_t kLanes = 8;

__m256i load(const unsigned char* at) noexcept VS_REALTIME {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

// Eight neighbours' sums from sixteen samples.
__m256i sum_pairs(__m256i low, __m256i high) noexcept VS_REALTIME {
  return _mm256_permute4x64_epi64(_mm256_hadd_epi32(low, high), 0b11'01'10'00);
}

__m256 sum_pairs(__m256 low, __m256 high) noexcept VS_REALTIME {
  const __m256 sums = _mm256_hadd_ps(low, high);
  return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(sums), 0b11'01'10'00));
}

// A format gives eight frames of one or two channels, unscaled and added up.
struct S16 {
  static constexpr size_t kBytes = 2;
  static constexpr float kStep = 0x1p-15F;
  static constexpr ToMono ConvertKernels::* kKernel = &ConvertKernels::s16;
  static __m256 mono(const unsigned char* at) noexcept VS_REALTIME {
    const __m128i samples = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    return _mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(samples));
  }
  static __m256 stereo(const unsigned char* at) noexcept VS_REALTIME {
    return _mm256_cvtepi32_ps(_mm256_madd_epi16(load(at), _mm256_set1_epi16(1)));
  }
};

struct S24 {
  static constexpr size_t kBytes = 3;
  static constexpr float kStep = 0x1p-23F;
  static constexpr ToMono ConvertKernels::* kKernel = &ConvertKernels::s24;
  // Sixteen bytes twice, so that nothing past the eighth sample is read; each sample goes to the upper three bytes.
  static __m256i eight(const unsigned char* at) noexcept VS_REALTIME {
    const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 8));
    const __m256i order = _mm256_setr_epi8(-1, 0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11,  //
                                           -1, 4, 5, 6, -1, 7, 8, 9, -1, 10, 11, 12, -1, 13, 14, 15);
    return _mm256_srai_epi32(_mm256_shuffle_epi8(_mm256_set_m128i(high, low), order), 8);
  }
  static __m256 mono(const unsigned char* at) noexcept VS_REALTIME { return _mm256_cvtepi32_ps(eight(at)); }
  static __m256 stereo(const unsigned char* at) noexcept VS_REALTIME {
    return _mm256_cvtepi32_ps(sum_pairs(eight(at), eight(at + kLanes * kBytes)));
  }
};

struct S24In32 {
  static constexpr size_t kBytes = 4;
  static constexpr float kStep = 0x1p-23F;
  static constexpr ToMono ConvertKernels::* kKernel = &ConvertKernels::s24_in_32;
  static __m256i eight(const unsigned char* at) noexcept VS_REALTIME {
    return _mm256_srai_epi32(_mm256_slli_epi32(load(at), 8), 8);
  }
  static __m256 mono(const unsigned char* at) noexcept VS_REALTIME { return _mm256_cvtepi32_ps(eight(at)); }
  static __m256 stereo(const unsigned char* at) noexcept VS_REALTIME {
    return _mm256_cvtepi32_ps(sum_pairs(eight(at), eight(at + kLanes * kBytes)));
  }
};

struct S32 {
  static constexpr size_t kBytes = 4;
  static constexpr float kStep = 0x1p-31F;
  static constexpr ToMono ConvertKernels::* kKernel = &ConvertKernels::s32;
  static __m256 mono(const unsigned char* at) noexcept VS_REALTIME { return _mm256_cvtepi32_ps(load(at)); }
  static __m256 stereo(const unsigned char* at) noexcept VS_REALTIME {
    return sum_pairs(mono(at), mono(at + kLanes * kBytes));
  }
};

struct F32 {
  static constexpr size_t kBytes = 4;
  static constexpr float kStep = 1;
  static constexpr ToMono ConvertKernels::* kKernel = &ConvertKernels::f32;
  static __m256 mono(const unsigned char* at) noexcept VS_REALTIME {
    const __m256i bits = load(at);
    const __m256i exponent = _mm256_set1_epi32(0x7F80'0000);
    const __m256i wild = _mm256_cmpeq_epi32(_mm256_and_si256(bits, exponent), exponent);
    const __m256 known = _mm256_castsi256_ps(_mm256_andnot_si256(wild, bits));
    const __m256 most = _mm256_set1_ps(ConvertKernels::kMaxMagnitude);
    const __m256 least = _mm256_set1_ps(-ConvertKernels::kMaxMagnitude);
    return _mm256_min_ps(_mm256_max_ps(known, least), most);
  }
  static __m256 stereo(const unsigned char* at) noexcept VS_REALTIME {
    return sum_pairs(mono(at), mono(at + kLanes * kBytes));
  }
};

// The last eight overlap those before where `count` is no multiple of eight.
template <__m256 (*kEight)(const unsigned char*), size_t kFrameBytes>
void convert(const unsigned char* frames, size_t count, float factor, float* mono) noexcept VS_REALTIME {
  const __m256 factors = _mm256_set1_ps(factor);
  size_t i = 0;
#pragma GCC unroll 4
  for (; i + kLanes <= count; i += kLanes) {
    _mm256_storeu_ps(mono + i, _mm256_mul_ps(kEight(frames + i * kFrameBytes), factors));
  }
  if (i == count) return;
  i = count - kLanes;
  _mm256_storeu_ps(mono + i, _mm256_mul_ps(kEight(frames + i * kFrameBytes), factors));
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

const ConvertKernels kConvertAvx2{
    .s16 = to_mono<S16>, .s24 = to_mono<S24>, .s24_in_32 = to_mono<S24In32>, .s32 = to_mono<S32>, .f32 = to_mono<F32>};

}  // namespace voicestand::simd
