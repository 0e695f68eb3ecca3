#include "voicestand/platform/memory_locking.h"

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "voicestand/platform/small_file.h"

namespace voicestand::platform {
namespace {

std::uint64_t locked_kib() {
  const auto status = internal::read_small_file("/proc/self/status");
  const auto line = status ? internal::value_of(*status, "VmLck:") : std::nullopt;
  return line ? internal::kibibytes(*line).value_or(0) / 1024 : 0;
}

TEST(MemoryLocking, LocksOrSaysWhatWouldPermitIt) {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "a sanitizer lets nobody lock memory and says that it did";
#endif
  const auto locked = lock_memory();
  if (locked) {
    EXPECT_GT(locked_kib(), 0U);
  } else {
    EXPECT_NE(locked.error().remedy.find("memlock"), std::string::npos);
  }
  ::munlockall();
}

TEST(MemoryLocking, LocksNoFreePiecesOfTheHeap) {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "a sanitizer has a heap of its own";
#endif
  constexpr std::size_t kPieceBytes = 4'096;
  const auto anonymous_kib = [] {
    const auto rollup = internal::read_small_file("/proc/self/smaps_rollup");
    const auto line = rollup ? internal::value_of(*rollup, "Anonymous:") : std::nullopt;
    return line ? static_cast<std::int64_t>(internal::kibibytes(*line).value_or(0) / 1024) : 0;
  };
  std::vector<void*> pieces(2'000);
  for (void*& piece : pieces) piece = std::memset(std::malloc(kPieceBytes), 1, kPieceBytes);
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) std::free(pieces[i]);
  const auto before = anonymous_kib();
  (void)lock_memory();
  EXPECT_LT(anonymous_kib(), before - 4'000);
  ::munlockall();
  std::free(pieces.back());
}

TEST(MemoryLocking, IsRefusedWhereTheLimitIsZero) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_MEMLOCK, &before), 0);
  if (::geteuid() == 0) GTEST_SKIP() << "root is not bound by the limit";
  rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_MEMLOCK, &none), 0);
  EXPECT_FALSE(lock_memory());
  ASSERT_EQ(::setrlimit(RLIMIT_MEMLOCK, &before), 0);
}

}  // namespace
}  // namespace voicestand::platform
