#include "voicestand/platform/code_pages.h"

#include <array>
#include <cstdint>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "voicestand/platform/memory_locking.h"

namespace voicestand::platform {
namespace {

constexpr std::size_t kPageBytes = 4'096;
// The kernel brings in so much around what is used.
constexpr std::size_t kAroundBytes = 16 * kPageBytes;

// In a segment of the program that may not be written; its middle lies far from all that is used.
alignas(kPageBytes) const std::array<std::uint8_t, 6 * kAroundBytes> kConstants{1, 2, 3};
constexpr std::size_t kMiddle = 3 * kAroundBytes;

class CodePages : public testing::Test {
 protected:
  void SetUp() override {
    if (::sysconf(_SC_PAGESIZE) != static_cast<long>(kPageBytes)) GTEST_SKIP() << "made for pages of 4 KiB";
    // Linux 6.18 maps all of a file's folio that is touched, however large: then what lies beside brings the middle
    // back.
    ::madvise(const_cast<std::uint8_t*>(kConstants.data()), kConstants.size(), MADV_DONTNEED);
    for (const std::size_t edge : {std::size_t{0}, kConstants.size() - 1})
      (void)*const_cast<const volatile std::uint8_t*>(&kConstants[edge]);
    if (resident()) GTEST_SKIP() << "this kernel maps more of a file at once than what lies around";
  }
  static bool resident() {
    const int pagemap = ::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    std::uint64_t entry = 0;
    const auto at = reinterpret_cast<std::uintptr_t>(&kConstants[kMiddle]) / kPageBytes * sizeof entry;
    EXPECT_EQ(::pread(pagemap, &entry, sizeof entry, static_cast<off_t>(at)), static_cast<ssize_t>(sizeof entry));
    ::close(pagemap);
    return (entry >> 63U) != 0;
  }
  static std::uint8_t middle() { return *const_cast<const volatile std::uint8_t*>(&kConstants[kMiddle]); }
  static void expect_to_go_and_come_back() {
    EXPECT_EQ(middle(), 0);
    EXPECT_TRUE(resident());
    release_code_pages();
    EXPECT_FALSE(resident());
    EXPECT_EQ(middle(), 0);
    EXPECT_TRUE(resident());
  }
};

TEST_F(CodePages, GoAndComeBackWhenTheyAreUsed) {
  expect_to_go_and_come_back();
}

TEST_F(CodePages, GoThoughTheyAreLocked) {
  if (!lock_memory()) GTEST_SKIP() << "memory may not be locked here";
  expect_to_go_and_come_back();
  ::munlockall();
}

// As a debugger does for a breakpoint.
TEST_F(CodePages, StayWhereTheyWereChanged) {
  const int memory = ::open("/proc/self/mem", O_RDWR | O_CLOEXEC);
  const auto at = static_cast<off_t>(reinterpret_cast<std::uintptr_t>(&kConstants[kMiddle]));
  const std::uint8_t changed = 77;
  const ssize_t written = ::pwrite(memory, &changed, 1, at);
  ::close(memory);
  if (written != 1) GTEST_SKIP() << "the kernel lets nobody write to read-only memory";
  release_code_pages();
  EXPECT_EQ(middle(), changed);
}

}  // namespace
}  // namespace voicestand::platform
