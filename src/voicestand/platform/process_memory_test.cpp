#include "voicestand/platform/process_memory.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "voicestand/platform/fake_sysroot.h"

namespace voicestand::platform {
namespace {

constexpr auto kRollup =
    "55d0-7ffc ---p 00000000 00:00 0 [rollup]\nRss:                3000 kB\nPss:                1500 kB\n"
    "Shared_Clean:        1000 kB\nPrivate_Clean:        700 kB\nPrivate_Dirty:       1300 kB\n";

TEST(ProcessMemory, IsWhatTheKernelSays) {
  const FakeSysroot root;
  root.write("/proc/self/smaps_rollup", kRollup);
  const auto memory = process_memory(root.path());
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->rss_bytes, 3000U * 1024);
  EXPECT_EQ(memory->private_bytes, 2000U * 1024);
}

TEST(ProcessMemory, GrowsWithWhatIsTouched) {
  constexpr std::size_t kBytes = 32 << 20;
  const auto before = process_memory();
  ASSERT_TRUE(before) << before.error().message();
  const auto touched = std::make_unique_for_overwrite<char[]>(kBytes);
  volatile char* const page = touched.get();
  for (std::size_t i = 0; i < kBytes; i += 4096) page[i] = 1;
  const auto after = process_memory();
  ASSERT_TRUE(after);
  EXPECT_GE(after->rss_bytes, before->rss_bytes + kBytes / 2);
  EXPECT_GE(after->private_bytes, before->private_bytes + kBytes / 2);
}

TEST(ProcessMemory, NonsenseIsRefused) {
  const FakeSysroot root;
  EXPECT_EQ(process_memory(root.path()).error().code, Errc::kNotFound);
  for (const auto* const text :
       {"", "Rss: 1 kB\n", "Rss: 1 kB\nPrivate_Clean: 1 kB\nPrivate_Dirty: -1 kB\n",
        "Rss: 1 MB\nPrivate_Clean: 1 kB\nPrivate_Dirty: 1 kB\n",
        "Rss: 1 kB\nPrivate_Clean: 18014398509481983 kB\nPrivate_Dirty: 18014398509481983 kB\n"}) {
    root.write("/proc/self/smaps_rollup", text);
    const auto memory = process_memory(root.path());
    ASSERT_FALSE(memory) << text;
    EXPECT_EQ(memory.error().code, Errc::kBadData);
  }
}

RC_GTEST_PROP(ProcessMemoryOfAnyBytes, IsReadOrRefused, (const std::string& bytes)) {
  const FakeSysroot root;
  root.write("/proc/self/smaps_rollup", "Rss: 1 kB\nPrivate_Clean: 1 kB\nPrivate_Dirty:" + bytes);
  const auto memory = process_memory(root.path());
  RC_ASSERT(memory || memory.error().code == Errc::kBadData);
}

}  // namespace
}  // namespace voicestand::platform
