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

}  // namespace

std::vector<ThermalZone> thermal_zones(const std::string& sysroot) {
  std::vector<ThermalZone> zones;
  for (int number = 0; number < kMostZones; ++number) {
    const std::string folder = sysroot + "/sys/class/thermal/thermal_zone" + std::to_string(number);
    const auto type = internal::read_small_file(folder + "/type");
    if (!type) break;
    const auto temperature = internal::read_small_file(folder + "/temp");
    const auto celsius = temperature ? degrees_in(*temperature) : std::nullopt;
    if (!celsius || !is_name(first_line(*type))) continue;
    std::string name(first_line(*type));
    if (std::ranges::find(zones, name, &ThermalZone::name) != zones.end()) name += "_" + std::to_string(number);
    zones.push_back({.name = std::move(name), .celsius = *celsius});
  }
  return zones;
}

}  // namespace voicestand::platform
