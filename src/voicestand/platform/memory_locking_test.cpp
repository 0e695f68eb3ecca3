#include "voicestand/platform/memory_locking.h"

#include <string>

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
