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

// The three bytes at `at` as the upper three of a 32-bit integer.
std::int32_t load24(const std::byte* at) noexcept VS_REALTIME {
  const std::uint32_t bits = (std::to_integer<std::uint32_t>(at[0]) << 8U) |
                             (std::to_integer<std::uint32_t>(at[1]) << 16U) |
                             (std::to_integer<std::uint32_t>(at[2]) << 24U);
  return static_cast<std::int32_t>(bits);
}

constexpr float kScale8 = 1.0F / 128.0F;
constexpr float kScale16 = 1.0F / 32768.0F;
constexpr float kScale32 = 1.0F / 2147483648.0F;

float decode_one(const std::byte* at, SampleEncoding encoding) noexcept VS_REALTIME {
  switch (encoding) {
    case SampleEncoding::kU8:
      return (static_cast<float>(std::to_integer<int>(*at)) - 128.0F) * kScale8;
    case SampleEncoding::kS16:
      return static_cast<float>(load<std::int16_t>(at)) * kScale16;
    case SampleEncoding::kS24:
    case SampleEncoding::kS24In32:
      return static_cast<float>(load24(at)) * kScale32;
    case SampleEncoding::kS32:
      return static_cast<float>(load<std::int32_t>(at)) * kScale32;
    case SampleEncoding::kF32:
      return load<float>(at);
    case SampleEncoding::kF64:
      return static_cast<float>(load<double>(at));
  }
  return 0.0F;
}

}  // namespace

void decode_samples(std::span<const std::byte> bytes, SampleEncoding encoding,
                    std::span<float> samples) noexcept VS_REALTIME {
  const std::size_t stride = bytes_per_sample(encoding);
  const std::byte* at = bytes.data();
  for (float& sample : samples) {
    sample = decode_one(at, encoding);
    at += stride;
  }
}

}  // namespace voicestand::audio
