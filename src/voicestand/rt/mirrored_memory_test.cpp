#include "voicestand/rt/mirrored_memory.h"

#include <cstdint>
#include <cstring>

#include <gtest/gtest.h>

namespace voicestand::rt {
namespace {

TEST(MirroredMemory, ShowsEachByteTwice) {
  const auto memory = MirroredMemory::create(3 * 4096);
  ASSERT_TRUE(memory);
  const std::size_t size = memory->size_bytes();
  ASSERT_EQ(size, 4 * 4096);
  std::byte* const data = memory->data();
  for (std::size_t i = 0; i < size; i += 511) data[i] = static_cast<std::byte>(i % 251);
  for (std::size_t i = 0; i < size; i += 511) ASSERT_EQ(data[size + i], data[i]) << i;
  std::memset(data + size - 8, 7, 16);  // over the seam
  EXPECT_EQ(data[0], std::byte{7});
  EXPECT_EQ(data[2 * size - 1], std::byte{7});
}

TEST(MirroredMemory, IsAPageAtLeastAndZeroAtFirst) {
  const auto memory = MirroredMemory::create(1);
  ASSERT_TRUE(memory);
  EXPECT_GE(memory->size_bytes(), 4096U);
  for (std::size_t i = 0; i < 2 * memory->size_bytes(); ++i) ASSERT_EQ(memory->data()[i], std::byte{0});
}

TEST(MirroredMemory, RefusesASizeThatMakesNoSense) {
  for (const std::size_t size : {std::size_t{0}, (std::size_t{1} << 30U) + 1, SIZE_MAX}) {
    const auto memory = MirroredMemory::create(size);
    ASSERT_FALSE(memory);
    EXPECT_EQ(memory.error().code, Errc::kUsage);
  }
}

TEST(MirroredMemory, CanBeHandedOn) {
  auto first = MirroredMemory::create(4096);
  ASSERT_TRUE(first);
  first->data()[5] = std::byte{9};
  const MirroredMemory second = std::move(*first);
  EXPECT_EQ(second.data()[second.size_bytes() + 5], std::byte{9});
}

}  // namespace
}  // namespace voicestand::rt
