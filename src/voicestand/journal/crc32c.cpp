#include "voicestand/journal/crc32c.h"

#include <array>

namespace voicestand::journal {
namespace {

constexpr std::uint32_t kReflectedPolynomial = 0x82F63B78;

constexpr std::array<std::uint32_t, 16> kRemainders = [] {
  std::array<std::uint32_t, 16> remainders{};
  for (std::uint32_t value = 0; value < remainders.size(); ++value) {
    std::uint32_t remainder = value;
    for (int bit = 0; bit < 4; ++bit) remainder = (remainder >> 1) ^ ((remainder & 1U) != 0 ? kReflectedPolynomial : 0);
    remainders[value] = remainder;
  }
  return remainders;
}();

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before) noexcept {
  std::uint32_t crc = ~before;
  for (const std::byte byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte);
    crc = (crc >> 4) ^ kRemainders[crc & 15U];
    crc = (crc >> 4) ^ kRemainders[crc & 15U];
  }
  return ~crc;
}

}  // namespace voicestand::journal
