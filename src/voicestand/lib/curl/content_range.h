#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace voicestand::curl {

struct ContentRange {
  std::uint64_t first_byte = 0;
  std::optional<std::uint64_t> whole_bytes;  // nothing where the server does not know
};

// A header line "Content-Range: bytes FIRST-LAST/WHOLE" (RFC 9110, 14.4); nothing for any other. Thread: any.
// Real-time: no.
[[nodiscard]] std::optional<ContentRange> parse_content_range(std::string_view line) noexcept;

}  // namespace voicestand::curl
