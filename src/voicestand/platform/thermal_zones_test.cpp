#include "voicestand/platform/thermal_zones.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "voicestand/platform/fake_sysroot.h"

namespace voicestand::platform {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::FieldsAre;
using testing::IsEmpty;

void add_zone(const FakeSysroot& root, int number, std::string_view type, std::string_view temperature) {
  const std::string folder = "/sys/class/thermal/thermal_zone" + std::to_string(number);
  root.write(folder + "/type", type);
  root.write(folder + "/temp", temperature);
}

TEST(ThermalZones, AreReadAsLinuxWritesThem) {
  const FakeSysroot root;
  add_zone(root, 0, "acpitz\n", "27800\n");
  add_zone(root, 1, "x86_pkg_temp\n", "-3500\n");
  add_zone(root, 2, "acpitz\n", "30000\n");
  EXPECT_THAT(thermal_zones(root.path()),
              ElementsAre(FieldsAre("acpitz", DoubleEq(27.8)), FieldsAre("x86_pkg_temp", DoubleEq(-3.5)),
                          FieldsAre("acpitz_2", DoubleEq(30))));
}

TEST(ThermalZones, WhatCannotBeTrueIsLeftOut) {
  const FakeSysroot root;
  add_zone(root, 0, "a\n", "999000\n");
  add_zone(root, 1, "b\n", "-274000\n");
  add_zone(root, 2, "c\n", "warm\n");
  add_zone(root, 3, "d\n", "");
  add_zone(root, 4, "two words\n", "20000\n");
  add_zone(root, 5, "\n", "20000\n");
  add_zone(root, 6, "good\n", "20000");
  EXPECT_THAT(thermal_zones(root.path()), ElementsAre(FieldsAre("good", DoubleEq(20))));
}

TEST(ThermalZones, AMachineMayHaveNone) {
  EXPECT_THAT(thermal_zones(FakeSysroot().path()), IsEmpty());
}

RC_GTEST_PROP(ThermalZones, NothingThatIsWrittenThereHarms, (const std::string& type, const std::string& temperature)) {
  const FakeSysroot root;
  add_zone(root, 0, type, temperature);
  for (const ThermalZone& zone : thermal_zones(root.path())) RC_ASSERT(zone.celsius >= -50 && zone.celsius <= 150);
}

}  // namespace
}  // namespace voicestand::platform
