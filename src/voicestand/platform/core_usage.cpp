#include "voicestand/platform/core_usage.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "voicestand/platform/core_list.h"
#include "voicestand/platform/small_file.h"

namespace voicestand::platform {
namespace {

using internal::read_small_file;
using internal::take_number;

// proc_stat(5): "cpu3 user nice system idle iowait irq softirq steal guest guest_nice", the last two being part of user
// and nice. Later fields may follow, older kernels know fewer.
std::optional<CoreTimes> times_in(std::string_view line) {
  constexpr int kIdle = 3;
  constexpr int kIoWait = 4;
  constexpr int kSteal = 7;
  constexpr std::uint64_t kMostTicks = std::uint64_t{1} << 56U;  // so that no sum of them overflows
  constexpr std::uint64_t kMostCores = 65'536;
  const auto core = take_number(line);
  if (!core || *core >= kMostCores) return std::nullopt;
  CoreTimes times{.core = static_cast<int>(*core)};
  int field = 0;
  for (; field <= kSteal && line.starts_with(' '); ++field) {
    line.remove_prefix(1);
    const auto ticks = take_number(line);
    if (!ticks || *ticks > kMostTicks) return std::nullopt;
    (field == kIdle || field == kIoWait ? times.idle : times.busy) += *ticks;
  }
  if (field <= kIdle || !(line.empty() || line.starts_with(' '))) return std::nullopt;
  return times;
}

std::vector<int> cores_of(const std::string& path) {
  const auto text = read_small_file(path);
  if (!text) return {};
  std::string_view list = *text;
  while (list.ends_with('\n')) list.remove_suffix(1);
  return internal::cores_in_list(list).value_or(std::vector<int>{});
}

bool has(const std::vector<int>& cores, int core) noexcept {
  return std::ranges::find(cores, core) != cores.end();
}

}  // namespace

Result<std::vector<CoreTimes>> core_times(const std::string& sysroot) {
  constexpr std::string_view kKey = "cpu";
  const std::string path = sysroot + "/proc/stat";
  const auto text = read_small_file(path);
  if (!text) return std::unexpected(text.error());
  std::vector<CoreTimes> cores;
  for (std::string_view rest = *text; rest.starts_with(kKey);) {
    const auto end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    line.remove_prefix(kKey.size());
    if (line.starts_with(' ')) continue;  // the sum of all
    const auto times = times_in(line);
    if (!times) return fail(Errc::kBadData, "not as proc(5) says", path);
    cores.push_back(*times);
  }
  if (cores.empty()) return fail(Errc::kBadData, "names no core", path);
  return cores;
}

std::vector<CoreUsage> usage_between(std::span<const CoreTimes> before, std::span<const CoreTimes> after) {
  std::vector<CoreUsage> usage;
  for (const CoreTimes& now : after) {
    const auto then = std::ranges::find(before, now.core, &CoreTimes::core);
    if (then == before.end() || now.busy < then->busy || now.idle < then->idle) continue;
    const auto busy = static_cast<double>(now.busy - then->busy);
    const auto all = busy + static_cast<double>(now.idle - then->idle);
    if (all > 0) usage.push_back({.core = now.core, .utilisation = busy / all});
  }
  return usage;
}

CoreKinds CoreKinds::read(const std::string& sysroot) {
  const std::string devices = sysroot + "/sys/devices";
  CoreKinds kinds;
  kinds.performance_ = cores_of(devices + "/cpu_core/cpus");
  kinds.efficiency_ = cores_of(devices + "/cpu_atom/cpus");
  const auto shares_cache = [&](int core) {
    return read_small_file(devices + "/system/cpu/cpu" + std::to_string(core) + "/cache/index3/size").has_value();
  };
  // Only where the others have such a cache does its absence say something.
  if (std::ranges::any_of(kinds.performance_, shares_cache)) {
    std::ranges::copy_if(kinds.efficiency_, std::back_inserter(kinds.low_power_),
                         [&](int core) { return !shares_cache(core); });
  }
  return kinds;
}

std::string_view CoreKinds::of(int core) const noexcept {
  if (has(performance_, core)) return "performance";
  if (has(low_power_, core)) return "low_power";
  return has(efficiency_, core) ? "efficiency" : "core";
}

}  // namespace voicestand::platform
