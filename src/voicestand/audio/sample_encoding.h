#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "voicestand/base/realtime.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::audio {

// How one PCM sample is written, always little-endian; integers are signed but for kU8.
enum class SampleEncoding : std::uint8_t {
  kU8,
  kS16,
  kS24,      // three bytes
  kS24In32,  // four bytes, the upper one of no meaning
  kS32,
  kF32,
  kF64,
};

// Thread: any. Real-time: yes.
[[nodiscard]] constexpr std::size_t bytes_per_sample(SampleEncoding encoding) noexcept {
  switch (encoding) {
    case SampleEncoding::kU8:
      return 1;
    case SampleEncoding::kS16:
      return 2;
    case SampleEncoding::kS24:
      return 3;
    case SampleEncoding::kS24In32:
    case SampleEncoding::kS32:
    case SampleEncoding::kF32:
      return 4;
    case SampleEncoding::kF64:
      return 8;
  }
  return 1;
}

// Bytes to samples.
class SampleDecoder {
 public:
  explicit SampleDecoder(SampleEncoding encoding, const simd::Kernels& kernels = simd::kernels()) noexcept
      : encoding_(encoding), kernels_(&kernels.convert) {}

  // Thread: any. Real-time: yes, bounded by the block. `bytes` holds samples.size() samples at least; integers become
  // ±1, floats stay as they are.
  void decode(std::span<const std::byte> bytes, std::span<float> samples) const noexcept VS_REALTIME;

 private:
  SampleEncoding encoding_;
  const simd::ConvertKernels* kernels_;
};

}  // namespace voicestand::audio
