#include "voicestand/platform/core_list.h"

#include <cstdint>

#include "voicestand/platform/small_file.h"

namespace voicestand::platform::internal {
namespace {

constexpr std::uint64_t kMostCores = 65'536;  // more than Linux can count

}  // namespace

std::optional<std::vector<int>> cores_in_list(std::string_view list) {
  std::vector<int> cores;
  for (;;) {
    const auto first = take_number(list);
    if (!first) return std::nullopt;
    std::uint64_t last = *first;
    if (list.starts_with('-')) {
      list.remove_prefix(1);
      const auto number = take_number(list);
      if (!number) return std::nullopt;
      last = *number;
    }
    if (last < *first || last >= kMostCores || cores.size() + (last - *first + 1) > kMostCores) return std::nullopt;
    for (std::uint64_t core = *first; core <= last; ++core) cores.push_back(static_cast<int>(core));
    if (list.empty()) return cores;
    if (!list.starts_with(',')) return std::nullopt;
    list.remove_prefix(1);
  }
}

}  // namespace voicestand::platform::internal
