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

TEST(ThermalLimits, AreWhereTheMachineSlowsItselfDown) {
  const FakeSysroot root;
  const auto add_trip = [&](int zone, int trip, std::string_view type, std::string_view temperature) {
    const std::string path =
        "/sys/class/thermal/thermal_zone" + std::to_string(zone) + "/trip_point_" + std::to_string(trip);
    root.write(path + "_type", type);
    root.write(path + "_temp", temperature);
  };
  for (const auto& [number, name] :
       {std::pair(0, "cpu"), std::pair(1, "gpu"), std::pair(2, "disk"), std::pair(3, "cpu"), std::pair(4, "odd")})
    add_zone(root, number, name, "30000\n");
  add_trip(0, 0, "critical\n", "110000\n");
  add_trip(0, 1, "passive\n", "95000\n");
  add_trip(0, 2, "active\n", "50000\n");
  add_trip(0, 3, "hot\n", "98000\n");
  add_trip(1, 0, "critical\n", "105000\n");
  add_trip(2, 0, "active\n", "50000\n");
  add_trip(3, 0, "passive\n", "80000\n");
  add_trip(4, 0, "passive\n", "-274000\n");
  add_trip(4, 1, "critical\n", "0\n");
  add_trip(4, 2, "hot\n", "warm\n");
  EXPECT_THAT(thermal_limits(root.path()), ElementsAre(FieldsAre("cpu", DoubleEq(95)), FieldsAre("gpu", DoubleEq(95)),
                                                       FieldsAre("cpu_3", DoubleEq(80))));
}

TEST(ThermalZones, OneKeepsItsNameWhereAnotherCannotBeRead) {
  const FakeSysroot root;
  add_zone(root, 0, "acpitz\n", "broken\n");
  add_zone(root, 1, "acpitz\n", "30000\n");
  EXPECT_THAT(thermal_zones(root.path()), ElementsAre(FieldsAre("acpitz_1", DoubleEq(30))));
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
