#pragma once

#include <cstddef>
#include <cstdint>

namespace voicestand::nn {

// to[column * to_stride + row] = from[row * from_stride + column] ^ flip for `rows` times `columns` bytes, eight by
// eight. Thread: any. Real-time: yes.
void transpose_bytes(const std::uint8_t* from, std::size_t from_stride, std::size_t rows, std::size_t columns,
                     std::uint8_t* to, std::size_t to_stride, std::uint8_t flip = 0) noexcept;

}  // namespace voicestand::nn
