#include "voicestand/platform/process_memory.h"

#include <limits>
#include <string_view>

#include "voicestand/platform/small_file.h"

namespace voicestand::platform {

Result<ProcessMemory> process_memory(const std::string& sysroot) {
  const std::string path = sysroot + "/proc/self/smaps_rollup";
  const auto text = internal::read_small_file(path);
  if (!text) return std::unexpected(text.error());
  const auto bytes_of = [&](std::string_view key) -> Result<std::uint64_t> {
    const auto line = internal::value_of(*text, key);
    const auto bytes = line ? internal::kibibytes(*line) : std::nullopt;
    if (!bytes || *bytes > std::numeric_limits<std::uint64_t>::max() / 2)
      return fail(Errc::kBadData, std::string(key) + " is not a number of kB", path);
    return *bytes;
  };
  const auto rss = bytes_of("Rss:");
  const auto clean = bytes_of("Private_Clean:");
  const auto dirty = bytes_of("Private_Dirty:");
  for (const auto* const part : {&rss, &clean, &dirty}) {
    if (!*part) return std::unexpected(part->error());
  }
  return ProcessMemory{.rss_bytes = *rss, .private_bytes = *clean + *dirty};
}

}  // namespace voicestand::platform
