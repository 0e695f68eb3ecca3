#include "voicestand/simd/convert_kernels.h"

namespace voicestand::simd {
namespace {

// A format loads one sample in units of its least step: as an integer where the sum of eight is exact, else as a float.
struct S16 {
  static constexpr size_t kBytes = 2;
  static constexpr float kStep = 0x1p-15F;
  static int32_t load(const unsigned char* at) noexcept VS_REALTIME {
    int16_t sample;
    __builtin_memcpy(&sample, at, sizeof sample);
    return sample;
  }
};

struct S24 {
  static constexpr size_t kBytes = 3;
  static constexpr float kStep = 0x1p-23F;
  static int32_t load(const unsigned char* at) noexcept VS_REALTIME {
    const uint32_t upper = uint32_t{at[0]} << 8U | uint32_t{at[1]} << 16U | uint32_t{at[2]} << 24U;
    return static_cast<int32_t>(upper) >> 8;
  }
};

struct S24In32 : S24 {
  static constexpr size_t kBytes = 4;
};

struct S32 {
  static constexpr size_t kBytes = 4;
  static constexpr float kStep = 0x1p-31F;
  static float load(const unsigned char* at) noexcept VS_REALTIME {
    int32_t sample;
    __builtin_memcpy(&sample, at, sizeof sample);
    return static_cast<float>(sample);
  }
};

struct F32 {
  static constexpr size_t kBytes = 4;
  static constexpr float kStep = 1;
  // NaN and infinities are those whose exponent bits are all set; asking the bits holds under any compiler option.
  static float load(const unsigned char* at) noexcept VS_REALTIME {
    constexpr uint32_t kExponent = 0x7F80'0000U;
    constexpr float kMost = ConvertKernels::kMaxMagnitude;
    uint32_t bits;
    float sample;
    __builtin_memcpy(&bits, at, sizeof bits);
    __builtin_memcpy(&sample, at, sizeof sample);
    const float known = (bits & kExponent) != kExponent ? sample : 0.0F;
    const float above = known < -kMost ? -kMost : known;
    return above > kMost ? kMost : above;
  }
};

template <typename Format>
void to_mono(const void* frames, size_t channels, size_t count, float gain, float* mono) noexcept VS_REALTIME {
  const auto* at = static_cast<const unsigned char*>(frames);
  const float factor = gain * Format::kStep / static_cast<float>(channels);
  for (size_t frame = 0; frame < count; ++frame) {
    auto sum = Format::load(at);
    at += Format::kBytes;
    for (size_t channel = 1; channel < channels; ++channel, at += Format::kBytes) sum += Format::load(at);
    mono[frame] = static_cast<float>(sum) * factor;
  }
}

}  // namespace

const ConvertKernels kConvertScalar{
    .s16 = to_mono<S16>, .s24 = to_mono<S24>, .s24_in_32 = to_mono<S24In32>, .s32 = to_mono<S32>, .f32 = to_mono<F32>};

}  // namespace voicestand::simd
