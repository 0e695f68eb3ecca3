#include "voicestand/nn/byte_transpose.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace voicestand::nn {
namespace {

static_assert(std::endian::native == std::endian::little, "byte 0 of a word is its lowest");

constexpr std::size_t kSide = 8;

// Exchanges the blocks beside the diagonal of two rows that lie `bytes` apart, each block `bytes` wide.
template <unsigned bytes>
void exchange(std::uint64_t& upper, std::uint64_t& lower, std::uint64_t mask) noexcept {
  const std::uint64_t difference = ((upper >> (8 * bytes)) ^ lower) & mask;
  lower ^= difference;
  upper ^= difference << (8 * bytes);
}

// Halves of the square, then their halves, then single bytes.
[[gnu::always_inline]] inline void transpose(std::array<std::uint64_t, kSide>& rows) noexcept {
  for (std::size_t i = 0; i < 4; ++i) exchange<4>(rows[i], rows[i + 4], 0x0000'0000'FFFF'FFFF);
  for (const std::size_t i : {0U, 1U, 4U, 5U}) exchange<2>(rows[i], rows[i + 2], 0x0000'FFFF'0000'FFFF);
  for (const std::size_t i : {0U, 2U, 4U, 6U}) exchange<1>(rows[i], rows[i + 1], 0x00FF'00FF'00FF'00FF);
}

}  // namespace

void transpose_bytes(const std::uint8_t* from, std::size_t from_stride, std::size_t rows, std::size_t columns,
                     std::uint8_t* to, std::size_t to_stride, std::uint8_t flip) noexcept {
  const std::uint64_t flips = flip * std::uint64_t{0x0101'0101'0101'0101};
  for (std::size_t row = 0; row < rows; row += kSide) {
    const std::size_t height = std::min(kSide, rows - row);
    for (std::size_t column = 0; column < columns; column += kSide) {
      const std::size_t width = std::min(kSide, columns - column);
      const std::uint8_t* const source = from + row * from_stride + column;
      std::uint8_t* const target = to + column * to_stride + row;
      std::array<std::uint64_t, kSide> square{};
      if (height == kSide && width == kSide) {  // in sizes that the compiler knows
        for (std::size_t i = 0; i < kSide; ++i) std::memcpy(&square[i], source + i * from_stride, kSide);
        transpose(square);
        for (std::size_t i = 0; i < kSide; ++i) {
          const std::uint64_t flipped = square[i] ^ flips;
          std::memcpy(target + i * to_stride, &flipped, kSide);
        }
      } else {
        for (std::size_t i = 0; i < height; ++i) std::memcpy(&square[i], source + i * from_stride, width);
        transpose(square);
        for (std::size_t i = 0; i < width; ++i) {
          const std::uint64_t flipped = square[i] ^ flips;
          std::memcpy(target + i * to_stride, &flipped, height);
        }
      }
    }
  }
}

}  // namespace voicestand::nn
