#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace voicestand::audio {

inline constexpr std::size_t kSignatureBytes = 16;

// The kind of media file that begins with these (up to kSignatureBytes) bytes, in words for people; empty where they
// tell nothing. Only signatures of four bytes and more count: raw samples may begin with anything shorter. Thread: any.
// Real-time: no.
[[nodiscard]] std::string_view media_signature(std::span<const std::byte> start) noexcept;

}  // namespace voicestand::audio
