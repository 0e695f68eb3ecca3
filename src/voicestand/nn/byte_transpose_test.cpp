#include "voicestand/nn/byte_transpose.h"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::nn {
namespace {

TEST(ByteTranspose, EachByteGoesToItsPlaceAndNoneElsewhere) {
  const bool holds = rc::check([] {
    const auto rows = *rc::gen::inRange<std::size_t>(0, 40);
    const auto columns = *rc::gen::inRange<std::size_t>(0, 40);
    const auto from_stride = columns + *rc::gen::inRange<std::size_t>(0, 5);
    const auto to_stride = rows + *rc::gen::inRange<std::size_t>(0, 5);
    const auto flip = *rc::gen::arbitrary<std::uint8_t>();
    const auto from =
        *rc::gen::container<std::vector<std::uint8_t>>(rows * from_stride, rc::gen::arbitrary<std::uint8_t>());
    std::vector<std::uint8_t> to(columns * to_stride, 0xA5);
    std::vector<std::uint8_t> expected = to;
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t column = 0; column < columns; ++column)
        expected[column * to_stride + row] = from[row * from_stride + column] ^ flip;
    transpose_bytes(from.data(), from_stride, rows, columns, to.data(), to_stride, flip);
    RC_ASSERT(to == expected);
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace voicestand::nn
