#include "bench/carried_memory.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace voicestand::bench {
namespace {

TEST(CarriedMemory, CountsWhatNobodyElseNeeds) {
  const auto mapping = [](const std::string& name, int kib) {
    return "7f2a1c000000-7f2a1c021000 rw-p 00000000 00:00 7                          " + name +
           "\nSize:                200 kB\nRss:                  " + std::to_string(kib) +
           " kB\nPss:                    1 kB\nVmFlags: rd wr mr\n";
  };
  EXPECT_EQ(carried_bytes(mapping("/usr/bin/voicestand", 100)), 100U * 1024);
  EXPECT_EQ(carried_bytes(mapping("", 30) + mapping("[heap]", 20)), 50U * 1024);
  EXPECT_EQ(carried_bytes(mapping("/usr/lib/x86_64-linux-gnu/libc.so.6", 900)), 0U);
  EXPECT_EQ(carried_bytes(mapping("/usr/lib64/ld-linux-x86-64.so.2", 200) + mapping("[vdso]", 4)), 0U);
  const std::string ring = mapping("/memfd:voicestand-ring (deleted)", 64);
  EXPECT_EQ(carried_bytes(ring + ring), 64U * 1024) << "mapped twice";
  EXPECT_EQ(carried_bytes("Rss:"), 0U);
  EXPECT_EQ(carried_bytes("nonsense"), 0U);
}

TEST(CarriedMemory, OfThisProcess) {
  EXPECT_GT(carried_bytes_of(::getpid()).value(), 1024U * 1024);
  EXPECT_FALSE(carried_bytes_of(-1));
}

}  // namespace
}  // namespace voicestand::bench
