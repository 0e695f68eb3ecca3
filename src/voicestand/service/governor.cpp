#include "voicestand/service/governor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace voicestand::service {
namespace {

// Degrees above the limit.
constexpr std::array<double, Governor::kHighest> kEnteredAt{-5, 0, 4, 8};
constexpr double kLeftBelow = 3;

// Percent of the time.
constexpr double kBusyFrom = 60;
constexpr double kBusyUntil = 30;

std::string whole(double number) {
  return std::to_string(std::lround(number));
}

}  // namespace

// The highest that is entered there, or kept.
int Governor::level_for(double above) const {
  int level = 0;
  for (int each = 1; each <= kHighest; ++each) {
    const double entered_at = kEnteredAt.at(static_cast<std::size_t>(each - 1));
    if (above >= (each <= level_ ? entered_at - kLeftBelow : entered_at)) level = each;
  }
  return level;
}

Governor::Wanted Governor::wanted_by_heat(const std::vector<platform::ThermalZone>& zones, Clock::TimePoint now) {
  Wanted wanted;
  for (const platform::ThermalZone& zone : zones) {
    const auto limit = std::ranges::find(limits_, zone.name, &platform::ThermalZone::name);
    if (limit == limits_.end()) continue;
    const auto [known, is_new] = sensors_.try_emplace(zone.name, Sensor{.celsius = zone.celsius, .moved_at = now});
    Sensor& sensor = known->second;
    const double before = std::exchange(sensor.celsius, zone.celsius);
    if (before != zone.celsius) sensor.moved_at = now;
    if (is_new || now - sensor.moved_at >= kStuckAfter) continue;
    const int level = level_for(std::min(before, zone.celsius) - limit->celsius);
    if (level > wanted.level) {
      wanted = {.level = level,
                .reason = zone.name + " at " + whole(zone.celsius) + " of " + whole(limit->celsius) + " degrees"};
    }
  }
  return wanted;
}

bool Governor::look(const std::vector<platform::ThermalZone>& zones, std::optional<double> pressure,
                    Clock::TimePoint now) {
  Wanted wanted = wanted_by_heat(zones, now);
  if (wanted.level == 0 && pressure && *pressure >= (level_ > 0 ? kBusyUntil : kBusyFrom)) {
    wanted = {.level = 1, .reason = "work waits for a processor " + whole(*pressure) + " % of the time"};
  }
  const auto passed = [&](Clock::Duration time) { return !changed_at_ || now - *changed_at_ >= time; };
  if (wanted.level > level_ && passed(kUpAfter)) {
    ++level_;
  } else if (wanted.level < level_ && passed(kDownAfter)) {
    --level_;
  } else {
    return false;
  }
  changed_at_ = now;
  if (level_ == 0) {
    reason_.clear();
  } else if (!wanted.reason.empty()) {
    reason_ = std::move(wanted.reason);
  }
  return true;
}

}  // namespace voicestand::service
