#include "voicestand/platform/pressure.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "voicestand/platform/fake_sysroot.h"

namespace voicestand::platform {
namespace {

std::optional<double> told(std::string_view text) {
  const FakeSysroot root;
  root.write("/proc/pressure/cpu", text);
  return cpu_pressure(root.path());
}

TEST(CpuPressure, IsReadAsLinuxWritesIt) {
  EXPECT_EQ(told("some avg10=1.53 avg60=0.87 avg300=0.62 total=1234\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"),
            1.53);
  EXPECT_EQ(told("some avg10=100.00 avg60=0.87 avg300=0.62 total=1234\n"), 100);
  EXPECT_EQ(told("some avg10=0.05 avg60"), 0.05);
}

TEST(CpuPressure, WhatIsNoSuchFileTellsNothing) {
  EXPECT_EQ(cpu_pressure(FakeSysroot().path()), std::nullopt);
  for (const std::string_view text : {"", "some", "some avg10=", "some avg10=-1.00 ", "some avg10=1", "some avg10=1.5 ",
                                      "some avg10=101.00 ", "full avg10=1.00 ", "some avg10=nan "})
    EXPECT_EQ(told(text), std::nullopt) << text;
}

RC_GTEST_PROP(CpuPressure, NothingThatIsWrittenThereHarms, (const std::string& text)) {
  const auto pressure = told("some avg10=" + text);
  RC_ASSERT(!pressure || (*pressure >= 0 && *pressure < 101));
}

}  // namespace
}  // namespace voicestand::platform
