#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "voicestand/base/clock.h"
#include "voicestand/platform/thermal_zones.h"

namespace voicestand::service {

// How much less than usual recognition is to do while the machine is hot or has too much to do (pipeline/restraint.h
// says what each level is). Heat is measured from where the machine begins to slow itself down: a laptop's processor
// may be at home where another would be hot. A level is entered at -5, 0, 4 and 8 degrees from there, and left 3
// degrees lower; the processor's pressure raises to 1 at most. One level at a time, 10 seconds after the last step
// when it goes up and 30 when it goes down. Sensors that have not moved for five minutes are stuck, and a single
// reading that jumps is none: neither raises it. Passive: time is what it is told. Thread: one. Real-time: no.
class Governor {
 public:
  static constexpr int kHighest = 4;
  static constexpr std::chrono::seconds kUpAfter{10};
  static constexpr std::chrono::seconds kDownAfter{30};
  static constexpr std::chrono::minutes kStuckAfter{5};

  // platform::thermal_limits().
  explicit Governor(std::vector<platform::ThermalZone> limits) : limits_(std::move(limits)) {}

  // One look after the other; whether the level has changed with it. `pressure`: platform::cpu_pressure().
  bool look(const std::vector<platform::ThermalZone>& zones, std::optional<double> pressure, Clock::TimePoint now);

  [[nodiscard]] int level() const { return level_; }
  // Of the level, for people: "x86_pkg_temp at 96 of 100 degrees"; empty at level 0.
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  struct Sensor {
    double celsius;
    Clock::TimePoint moved_at;
  };
  struct Wanted {
    int level = 0;
    std::string reason;
  };
  [[nodiscard]] Wanted wanted_by_heat(const std::vector<platform::ThermalZone>& zones, Clock::TimePoint now);
  [[nodiscard]] int level_for(double above) const;

  const std::vector<platform::ThermalZone> limits_;
  std::map<std::string, Sensor> sensors_;
  int level_ = 0;
  std::string reason_;
  std::optional<Clock::TimePoint> changed_at_;
};

}  // namespace voicestand::service
