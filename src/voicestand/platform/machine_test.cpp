#include "voicestand/platform/machine.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "voicestand/platform/fake_sysroot.h"

namespace voicestand::platform {
namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30U;

class MachineUnder : public ::testing::Test {
 protected:
  MachineUnder() {
    cores("0-3,6,8-9");
    root_.write("/proc/meminfo",
                "MemTotal:       16777216 kB\nMemFree:          1024 kB\nMemAvailable:    8388608 kB\n");
    root_.write("/proc/self/cgroup", "0::/outer/inner\n");
  }
  void cores(const std::string& list) {
    root_.write("/proc/self/status", "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t" + list + "\n");
  }
  [[nodiscard]] Machine machine() const { return read_machine(root_.path()).value(); }

  FakeSysroot root_;
};

TEST_F(MachineUnder, NoLimitsIsWhatTheKernelSays) {
  EXPECT_EQ(machine().usable_cores, 7);
  EXPECT_EQ(machine().total_memory_bytes, 16 * kGiB);
  EXPECT_EQ(machine().available_memory_bytes, 8 * kGiB);
}

TEST_F(MachineUnder, AQuotaOnAnyGroupAboveLimitsTheCores) {
  root_.write("/sys/fs/cgroup/outer/inner/cpu.max", "max 100000\n");
  EXPECT_EQ(machine().usable_cores, 7);
  root_.write("/sys/fs/cgroup/outer/cpu.max", "250000 100000\n");
  EXPECT_EQ(machine().usable_cores, 3);
  root_.write("/sys/fs/cgroup/cpu.max", "20000 100000\n");
  EXPECT_EQ(machine().usable_cores, 1);
}

TEST_F(MachineUnder, TheTightestMemoryLimitCounts) {
  root_.write("/sys/fs/cgroup/outer/memory.max", "4294967296\n");
  root_.write("/sys/fs/cgroup/outer/memory.current", "3221225472\n");
  root_.write("/sys/fs/cgroup/outer/memory.stat", "anon 5\nactive_file 7\ninactive_file 2147483648\n");
  root_.write("/sys/fs/cgroup/outer/inner/memory.max", "max\n");
  EXPECT_EQ(machine().total_memory_bytes, 4 * kGiB);
  EXPECT_EQ(machine().available_memory_bytes, 3 * kGiB);  // 4 - (3 in use - 2 that are cache)
}

TEST_F(MachineUnder, AGroupOverItsLimitHasNothingAvailable) {
  root_.write("/sys/fs/cgroup/memory.max", "1000\n");
  root_.write("/sys/fs/cgroup/memory.current", "5000\n");
  EXPECT_EQ(machine().available_memory_bytes, 0);
}

TEST_F(MachineUnder, AGroupPathThatClimbsIsTheRoot) {
  root_.write("/proc/self/cgroup", "0::/../../../etc\n");
  root_.write("/sys/fs/cgroup/cpu.max", "100000 100000\n");
  EXPECT_EQ(machine().usable_cores, 1);
}

TEST_F(MachineUnder, NonsenseIsRefused) {
  for (const auto* const list : {"", "x", "3-1", "0-99999999", "0,", "0-", "18446744073709551616", "0-3;5"}) {
    cores(list);
    const auto result = read_machine(root_.path());
    ASSERT_FALSE(result) << list;
    EXPECT_EQ(result.error().code, Errc::kBadData);
  }
}

RC_GTEST_PROP(MachineOfAnyBytes, IsSaneOrRefused, (const std::string& cpu, const std::string& memory)) {
  const FakeSysroot root;
  root.write("/proc/self/status", "Cpus_allowed_list:\t0-1\n");
  root.write("/proc/meminfo", "MemTotal: 1024 kB\nMemAvailable: 512 kB\n");
  root.write("/sys/fs/cgroup/cpu.max", cpu);
  root.write("/sys/fs/cgroup/memory.max", memory);
  const auto machine = read_machine(root.path());
  RC_ASSERT(machine.has_value());
  RC_ASSERT(machine->usable_cores >= 1 && machine->usable_cores <= 2);
  RC_ASSERT(machine->available_memory_bytes <= machine->total_memory_bytes);
}

TEST(Machine, ThisOneHasCoresAndMemory) {
  const auto machine = read_machine();
  ASSERT_TRUE(machine);
  EXPECT_GE(machine->usable_cores, 1);
  EXPECT_GT(machine->total_memory_bytes, machine->available_memory_bytes);
  EXPECT_GT(machine->available_memory_bytes, 0);
}

}  // namespace
}  // namespace voicestand::platform
