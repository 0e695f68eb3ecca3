#include "voicestand/platform/machine.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "voicestand/platform/core_list.h"
#include "voicestand/platform/small_file.h"

namespace voicestand::platform {
namespace {

using internal::cores_in_list;
using internal::kibibytes;
using internal::read_small_file;
using internal::take_number;
using internal::value_of;

// "150000 100000": microseconds of CPU in each period; "max" is no limit. Rounded up to whole cores.
std::optional<std::uint64_t> cores_of_quota(std::string_view text) {
  const auto quota = take_number(text);
  if (!quota || !text.starts_with(' ')) return std::nullopt;
  text.remove_prefix(1);
  const auto period = take_number(text);
  if (!period || *period == 0) return std::nullopt;
  return std::max<std::uint64_t>(*quota / *period + (*quota % *period != 0 ? 1 : 0), 1);
}

std::optional<std::uint64_t> number_in(const std::string& path) {
  const auto text = read_small_file(path);
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  return take_number(rest);
}

// Tightens `machine` by the limits of one control group.
void apply_group(const std::string& folder, Machine& machine) {
  if (const auto text = read_small_file(folder + "/cpu.max")) {
    if (const auto cores = cores_of_quota(*text); cores && *cores < static_cast<std::uint64_t>(machine.usable_cores)) {
      machine.usable_cores = static_cast<int>(*cores);
    }
  }
  const auto limit = number_in(folder + "/memory.max");
  if (!limit) return;
  machine.total_memory_bytes = std::min(machine.total_memory_bytes, *limit);
  // Cached file pages count as used but are given back on demand.
  const auto stat = read_small_file(folder + "/memory.stat");
  auto cache = stat ? value_of(*stat, "inactive_file ") : std::nullopt;
  const std::uint64_t reclaimable = cache ? take_number(*cache).value_or(0) : 0;
  const std::uint64_t charged = number_in(folder + "/memory.current").value_or(0);
  const std::uint64_t used = charged - std::min(charged, reclaimable);
  machine.available_memory_bytes = std::min(machine.available_memory_bytes, *limit - std::min(*limit, used));
}

// A limit binds everything below the group it is set on, so each one on the way up counts.
void apply_groups(const std::string& sysroot, Machine& machine) {
  const std::string root = sysroot + "/sys/fs/cgroup";
  const auto membership = read_small_file(sysroot + "/proc/self/cgroup");
  std::string group(membership ? value_of(*membership, "0::").value_or("/") : "/");
  if (!group.starts_with('/') || group.find("/..") != std::string::npos) group = "/";
  for (;;) {
    while (group.ends_with('/')) group.pop_back();
    apply_group(root + group, machine);
    if (group.empty()) return;
    group.erase(group.rfind('/'));
  }
}

}  // namespace

Result<Machine> read_machine(const std::string& sysroot) {
  const std::string status_path = sysroot + "/proc/self/status";
  const auto status = read_small_file(status_path);
  if (!status) return std::unexpected(status.error());
  const auto list = value_of(*status, "Cpus_allowed_list:");
  const auto cores = list ? cores_in_list(*list) : std::nullopt;
  if (!cores) return fail(Errc::kBadData, "Cpus_allowed_list is not a list of cores", status_path);

  const std::string memory_path = sysroot + "/proc/meminfo";
  const auto memory = read_small_file(memory_path);
  if (!memory) return std::unexpected(memory.error());
  const auto total_line = value_of(*memory, "MemTotal:");
  const auto available_line = value_of(*memory, "MemAvailable:");
  const auto total = total_line ? kibibytes(*total_line) : std::nullopt;
  const auto available = available_line ? kibibytes(*available_line) : std::nullopt;
  if (!total || !available) return fail(Errc::kBadData, "MemTotal or MemAvailable is not a number of kB", memory_path);

  Machine machine{.usable_cores = static_cast<int>(cores->size()),
                  .total_memory_bytes = *total,
                  .available_memory_bytes = std::min(*available, *total)};
  apply_groups(sysroot, machine);
  return machine;
}

}  // namespace voicestand::platform
