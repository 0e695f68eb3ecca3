#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

struct spa_pod;

namespace voicestand::pipewire {

struct StreamFormat {
  std::uint32_t sample_rate_hz = 0;
  std::uint32_t channels = 0;
};

inline constexpr std::size_t kFormatBytes = 1024;  // enough for any format written here

// Writes the offer "interleaved 32-bit floats, rate and channels as the device has them" (or `channels`, to which
// PipeWire then converts, and `sample_rate_hz`) into `buffer` (kFormatBytes) and returns it. Thread: any. Real-time:
// no.
[[nodiscard]] const spa_pod* offer_format(std::span<std::byte> buffer, std::optional<int> channels,
                                          std::optional<int> sample_rate_hz = std::nullopt) noexcept;

// What was agreed upon; nothing for what offer_format() does not offer. Thread: any. Real-time: no.
[[nodiscard]] std::optional<StreamFormat> agreed_format(const spa_pod* format) noexcept;

}  // namespace voicestand::pipewire
