#include "voicestand/audio/sample_encoding.h"

#include <bit>
#include <cstring>

namespace voicestand::audio {
namespace {

static_assert(std::endian::native == std::endian::little, "samples are copied as they lie in memory");

template <typename T>
T load(const std::byte* at) noexcept VS_REALTIME {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace

void SampleDecoder::decode(std::span<const std::byte> bytes, std::span<float> samples) const noexcept {
  const std::size_t count = samples.size();
  switch (encoding_) {
    case SampleEncoding::kU8:
      for (std::size_t i = 0; i < count; ++i)
        samples[i] = (static_cast<float>(std::to_integer<int>(bytes[i])) - 128.0F) / 128.0F;
      return;
    case SampleEncoding::kS16:
      return kernels_->s16(bytes.data(), 1, count, 1.0F, samples.data());
    case SampleEncoding::kS24:
      return kernels_->s24(bytes.data(), 1, count, 1.0F, samples.data());
    case SampleEncoding::kS24In32:
      return kernels_->s24_in_32(bytes.data(), 1, count, 1.0F, samples.data());
    case SampleEncoding::kS32:
      return kernels_->s32(bytes.data(), 1, count, 1.0F, samples.data());
    case SampleEncoding::kF32:
      for (std::size_t i = 0; i < count; ++i) samples[i] = load<float>(bytes.data() + i * sizeof(float));
      return;
    case SampleEncoding::kF64:
      for (std::size_t i = 0; i < count; ++i) {
        samples[i] = static_cast<float>(load<double>(bytes.data() + i * sizeof(double)));
      }
      return;
  }
}

}  // namespace voicestand::audio
