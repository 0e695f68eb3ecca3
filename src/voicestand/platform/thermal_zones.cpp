#include "voicestand/platform/thermal_zones.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "voicestand/platform/small_file.h"

namespace voicestand::platform {
namespace {

constexpr int kMostZones = 64;
constexpr double kColdest = -50;
constexpr double kHottest = 150;

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

// Thousandths of a degree.
std::optional<double> degrees_in(std::string_view text) {
  text = first_line(text);
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto number = internal::take_number(text);
  if (!number || !text.empty()) return std::nullopt;
  const double celsius = (negative ? -1.0 : 1.0) * static_cast<double>(*number) / 1'000;
  return celsius >= kColdest && celsius <= kHottest ? std::optional(celsius) : std::nullopt;
}

bool is_name(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  return !text.empty() && text.size() <= kLongest &&
         std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c < 0x7F; });
}

// Where the zone in `folder` is cooled by slowing down.
std::optional<double> limit_in(const std::string& folder) {
  constexpr int kMostTrips = 16;
  constexpr double kLowest = 40;
  constexpr double kHighest = 130;
  constexpr double kBeforeCritical = 10;
  std::optional<double> limit;
  for (int number = 0; number < kMostTrips; ++number) {
    const std::string trip = folder + "/trip_point_" + std::to_string(number);
    const auto type = internal::read_small_file(trip + "_type");
    if (!type) break;
    const auto temperature = internal::read_small_file(trip + "_temp");
    const std::string_view kind = first_line(*type);
    const bool critical = kind == "critical";
    if (!temperature || (kind != "passive" && kind != "hot" && !critical)) continue;
    const double celsius = degrees_in(*temperature).value_or(kColdest) - (critical ? kBeforeCritical : 0);
    if (celsius >= kLowest && celsius <= kHighest) limit = std::min(limit.value_or(celsius), celsius);
  }
  return limit;
}

std::optional<double> temperature_in(const std::string& folder) {
  const auto temperature = internal::read_small_file(folder + "/temp");
  return temperature ? degrees_in(*temperature) : std::nullopt;
}

// Each zone by what `reading` makes of its folder. One keeps its name whichever of the others can be read.
std::vector<ThermalZone> zones_by(const std::string& sysroot, std::optional<double> (*reading)(const std::string&)) {
  std::vector<std::string> names;
  std::vector<ThermalZone> zones;
  for (int number = 0; number < kMostZones; ++number) {
    const std::string folder = sysroot + "/sys/class/thermal/thermal_zone" + std::to_string(number);
    const auto type = internal::read_small_file(folder + "/type");
    if (!type) break;
    if (!is_name(first_line(*type))) continue;
    std::string name(first_line(*type));
    if (std::ranges::find(names, name) != names.end()) name += "_" + std::to_string(number);
    names.push_back(name);
    if (const auto celsius = reading(folder)) zones.push_back({.name = std::move(name), .celsius = *celsius});
  }
  return zones;
}

}  // namespace

std::vector<ThermalZone> thermal_zones(const std::string& sysroot) {
  return zones_by(sysroot, temperature_in);
}

std::vector<ThermalZone> thermal_limits(const std::string& sysroot) {
  return zones_by(sysroot, limit_in);
}

}  // namespace voicestand::platform
