#include "bench/machine.h"

#include <gtest/gtest.h>

#include "voicestand/platform/fake_sysroot.h"

namespace voicestand::bench {
namespace {

constexpr const char* kCores = "/sys/devices/system/cpu/cpu";

TEST(Machine, TellsHowItsFrequencyIsChosen) {
  const platform::FakeSysroot root;
  root.write("/proc/cpuinfo", "processor\t: 0\nmodel name\t: Some Processor\n");
  for (const char* core : {"0", "1"}) {
    root.write(kCores + std::string(core) + "/cpufreq/scaling_governor", "performance\n");
  }
  root.write(kCores + std::string("0/cpufreq/scaling_cur_freq"), "2000000\n");
  root.write(kCores + std::string("1/cpufreq/scaling_cur_freq"), "3000000\n");
  const Machine machine = Machine::read(root.path());
  EXPECT_EQ(machine.cpu, "Some Processor");
  EXPECT_EQ(machine.governor, "performance");
  EXPECT_EQ(machine.frequency_mhz, 2'500);
}

TEST(Machine, TellsOfCoresThatDiffer) {
  const platform::FakeSysroot root;
  root.write(kCores + std::string("0/cpufreq/scaling_governor"), "powersave\n");
  root.write(kCores + std::string("1/online"), "0\n");
  root.write(kCores + std::string("2/cpufreq/scaling_governor"), "performance\n");
  EXPECT_EQ(Machine::read(root.path()).governor, "performance, powersave");
}

TEST(Machine, WithoutCpufreqNothingIsMadeUp) {
  const platform::FakeSysroot root;
  root.write(kCores + std::string("0/online"), "1\n");
  const Machine machine = Machine::read(root.path());
  EXPECT_EQ(machine.cpu, "unknown");
  EXPECT_FALSE(machine.governor);
  EXPECT_FALSE(machine.frequency_mhz);
}

}  // namespace
}  // namespace voicestand::bench
