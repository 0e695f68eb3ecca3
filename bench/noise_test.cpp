#include "bench/noise.h"

#include <thread>

#include <gtest/gtest.h>

#include "voicestand/platform/fake_sysroot.h"

namespace voicestand::bench {
namespace {

TEST(Noise, StealIsAShareOfAllTime) {
  const platform::FakeSysroot root;
  root.write("/proc/stat", "cpu  100 0 0 0 0 0 0 10 0 0\ncpu0 100 0 0 0 0 0 0 10 0 0\n");
  const NoiseWatch watch(root.path());
  root.write("/proc/stat", "cpu  140 0 10 46 0 0 0 14 0 0\n");
  const Noise noise = watch.so_far();
  ASSERT_TRUE(noise.steal);
  EXPECT_NEAR(*noise.steal, 0.04, 1e-12);
  EXPECT_FALSE(noise.pressure);
  EXPECT_FALSE(noise.quiet());
}

TEST(Noise, PressureIsAShareOfTheTimeThatPassed) {
  const platform::FakeSysroot root;
  root.write("/proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=5000\nfull avg10=0.00 total=77\n");
  const NoiseWatch watch(root.path());
  root.write("/proc/pressure/cpu", "some avg10=9.00 avg60=0.00 avg300=0.00 total=3600005000\nfull total=99\n");
  const Noise noise = watch.so_far();
  ASSERT_TRUE(noise.pressure);
  EXPECT_GT(*noise.pressure, 1.0);  // an hour of waiting in less than one
  EXPECT_FALSE(noise.quiet());
  EXPECT_TRUE(noise.beside_own_load().quiet()) << "then it says nothing about others";
}

TEST(Noise, OwnLoadHidesNoStolenTime) {
  const Noise noise{.steal = 0.5, .pressure = 0.9, .involuntary_switches = 3};
  EXPECT_FALSE(noise.beside_own_load().quiet());
  EXPECT_EQ(noise.beside_own_load().involuntary_switches, 3U);
}

TEST(Noise, WhatIsUnknownIsNotHeldAgainstTheRun) {
  const platform::FakeSysroot root;
  root.write("/proc/stat", "nonsense\n");
  const Noise noise = NoiseWatch(root.path()).so_far();
  EXPECT_FALSE(noise.steal);
  EXPECT_FALSE(noise.pressure);
  EXPECT_TRUE(noise.quiet());
}

TEST(Noise, OfThisMachine) {
  const NoiseWatch watch;
  std::this_thread::yield();
  const Noise noise = watch.so_far();
  EXPECT_LE(noise.steal.value_or(0), 1.0);
}

}  // namespace
}  // namespace voicestand::bench
