#include "voicestand/lib/pipewire/device.h"

#include <algorithm>
#include <charconv>

namespace voicestand::pipewire {
namespace {

template <typename Condition>
const Device* first(std::span<const Device> devices, Condition condition) noexcept {
  const auto found = std::ranges::find_if(devices, condition);
  return found == devices.end() ? nullptr : &*found;
}

}  // namespace

const Device* find_device(std::span<const Device> devices, std::string_view wanted) noexcept {
  constexpr std::string_view kMonitorSuffix = ".monitor";
  const bool ends_so = wanted.ends_with(kMonitorSuffix);
  const std::string_view sink = ends_so ? wanted.substr(0, wanted.size() - kMonitorSuffix.size()) : std::string_view{};
  if (const auto* device = first(devices, [&](const Device& it) { return !it.monitor && it.node_name == wanted; }))
    return device;
  if (const auto* device =
          first(devices, [&](const Device& it) { return it.monitor && ends_so && it.node_name == sink; })) {
    return device;
  }
  if (const auto* device = first(devices, [&](const Device& it) { return it.description == wanted; })) return device;
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), id);
  if (error != std::errc{} || end != wanted.data() + wanted.size()) return nullptr;
  return first(devices, [&](const Device& it) { return it.id == id; });
}

}  // namespace voicestand::pipewire
