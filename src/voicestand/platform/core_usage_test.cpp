#include "voicestand/platform/core_usage.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "voicestand/platform/fake_sysroot.h"

namespace voicestand::platform {
namespace {

std::vector<CoreTimes> times_of(const FakeSysroot& root, const std::string& stat) {
  root.write("/proc/stat", stat);
  return core_times(root.path()).value();
}

TEST(CoreUsage, IsTheBusyShareBetweenTwoLooks) {
  const FakeSysroot root;
  const auto before = times_of(root,
                               "cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 100 0 100 800 0 0 0 0 0 0\n"
                               "cpu1 5 0 5 90 0 0 0 0 0 0\nintr 1 2 3\ncpu7 1 1 1 1 1 1 1 1 1 1\n");
  ASSERT_EQ(before.size(), 2U) << "what follows the cores is none";
  // Of 100 ticks on core 0: user 20, nice 1, system 2, irq 3, softirq 4, steal 5; idle 60, waiting for a disk 5. What
  // guests used is in user already.
  const auto after = times_of(root, "cpu  1 1 1 1\ncpu0 120 1 102 860 5 3 4 5 20 1\ncpu1 5 0 5 190 0 0 0 0 0 0\n");
  const auto usage = usage_between(before, after);
  ASSERT_EQ(usage.size(), 2U);
  EXPECT_EQ(usage[0].core, 0);
  EXPECT_NEAR(usage[0].utilisation, 0.35, 1e-9);
  EXPECT_EQ(usage[1].core, 1);
  EXPECT_EQ(usage[1].utilisation, 0);
}

TEST(CoreUsage, LeavesOutWhatIsNotKnownOfBothTimes) {
  const std::vector<CoreTimes> before{
      {.core = 0, .busy = 10, .idle = 10}, {.core = 1, .busy = 10, .idle = 10}, {.core = 2, .busy = 10, .idle = 10}};
  const std::vector<CoreTimes> after{{.core = 1, .busy = 10, .idle = 10},   // no tick
                                     {.core = 2, .busy = 12, .idle = 3},    // was away meanwhile
                                     {.core = 3, .busy = 50, .idle = 50}};  // came meanwhile
  EXPECT_TRUE(usage_between(before, after).empty());
}

TEST(CoreUsage, AnOldKernelKnowsFewerFields) {
  const FakeSysroot root;
  const auto times = times_of(root, "cpu 1 2 3 4\ncpu0 1 2 3 4\n");
  ASSERT_EQ(times.size(), 1U);
  EXPECT_EQ(times[0].busy, 6U);
  EXPECT_EQ(times[0].idle, 4U);
}

TEST(CoreUsage, NonsenseIsRefused) {
  const FakeSysroot root;
  EXPECT_EQ(core_times(root.path()).error().code, Errc::kNotFound);
  for (const auto* const stat :
       {"", "cpu 1 2 3 4\n", "intr 5\n", "cpu0\n", "cpu0 1 2 3\n", "cpu0 1 2 x 4\n", "cpu0 1 2 3 4x\n",
        "cpux 1 2 3 4\n", "cpu99999999 1 2 3 4\n", "cpu0 1 2 3 18446744073709551616\n",
        "cpu0 18446744073709551615 18446744073709551615 3 4\n", "cpu0 -1 2 3 4\n"}) {
    root.write("/proc/stat", stat);
    const auto times = core_times(root.path());
    ASSERT_FALSE(times) << stat;
    EXPECT_EQ(times.error().code, Errc::kBadData);
  }
}

RC_GTEST_PROP(CoreUsageOfAnyBytes, IsSaneOrRefused, (const std::string& bytes)) {
  const FakeSysroot root;
  root.write("/proc/stat", "cpu0 1 1 1 1\ncpu" + bytes);
  const auto times = core_times(root.path());
  RC_ASSERT(times || times.error().code == Errc::kBadData);
  if (!times) return;
  const std::vector<CoreTimes> nothing(1);
  for (const CoreUsage& usage : usage_between(nothing, *times))
    RC_ASSERT(usage.utilisation >= 0 && usage.utilisation <= 1);
}

TEST(CoreUsage, OfThisMachineCanBeRead) {
  const auto times = core_times();
  ASSERT_TRUE(times) << times.error().message();
  EXPECT_TRUE(std::ranges::any_of(*times, [](const CoreTimes& core) { return core.busy > 0; }));
}

// Two performance cores of two threads, four efficient ones, and two that the shared cache does not reach.
TEST(CoreKinds, AreThoseOfAHybridProcessor) {
  const FakeSysroot root;
  root.write("/sys/devices/cpu_core/cpus", "0-3\n");
  root.write("/sys/devices/cpu_atom/cpus", "4-7,10-11\n");
  for (const int core : {0, 1, 2, 3, 4, 5, 6, 7})
    root.write("/sys/devices/system/cpu/cpu" + std::to_string(core) + "/cache/index3/size", "24576K\n");
  const CoreKinds kinds = CoreKinds::read(root.path());
  EXPECT_EQ(kinds.of(0), "performance");
  EXPECT_EQ(kinds.of(3), "performance");
  EXPECT_EQ(kinds.of(7), "efficiency");
  EXPECT_EQ(kinds.of(11), "low_power");
  EXPECT_EQ(kinds.of(12), "core");
}

TEST(CoreKinds, WithoutASharedCacheNoCoreIsAwayFromIt) {
  const FakeSysroot root;
  root.write("/sys/devices/cpu_core/cpus", "0\n");
  root.write("/sys/devices/cpu_atom/cpus", "1\n");
  EXPECT_EQ(CoreKinds::read(root.path()).of(1), "efficiency");
}

TEST(CoreKinds, AllAreCoresWhereNothingIsSaidOrNonsense) {
  const FakeSysroot root;
  EXPECT_EQ(CoreKinds::read(root.path()).of(0), "core");
  for (const auto* const list : {"", "x", "0-99999999", "3-0", "0-", "0-65535,0-65535"}) {
    root.write("/sys/devices/cpu_core/cpus", list);
    EXPECT_EQ(CoreKinds::read(root.path()).of(0), "core") << list;
  }
}

}  // namespace
}  // namespace voicestand::platform
