#pragma once

#include <string>
#include <vector>

namespace voicestand::platform {

struct ThermalZone {
  std::string name;  // "x86_pkg_temp"; with its number behind it where several are called the same
  double celsius = 0;
};

// Thread: any. Real-time: no. What the machine tells of its temperatures; those that cannot be read, or are not between
// -50 and 150 degrees, are left out. `sysroot` stands before /sys (tests).
[[nodiscard]] std::vector<ThermalZone> thermal_zones(const std::string& sysroot = {});

// Thread: any. Real-time: no. From which temperature on the machine slows itself down, for each zone that tells: its
// lowest trip point that is passive or hot, or else 10 degrees before the critical one. Those below 40 degrees or above
// 130 are no such thing. They do not change.
[[nodiscard]] std::vector<ThermalZone> thermal_limits(const std::string& sysroot = {});

}  // namespace voicestand::platform
