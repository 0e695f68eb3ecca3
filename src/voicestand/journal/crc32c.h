#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace voicestand::journal {

// Castagnoli's checksum (polynomial 0x1EDC6F41, reflected), as in iSCSI and RFC 3720. `before` is the checksum of what
// comes before these bytes. Thread: any. Real-time: no: four bits a step are enough for 32 KB a second.
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before = 0) noexcept;

}  // namespace voicestand::journal
