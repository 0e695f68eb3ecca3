#pragma once

#include <cstdint>
#include <optional>

namespace voicestand::platform {

// What Linux tells of this process at little cost; nothing where it does not.
struct ProcessStatus {
  double cpu_s = 0;  // of this process alone, user and system
  std::optional<std::uint64_t> resident_bytes;
  std::optional<std::uint64_t> virtual_bytes;
  std::optional<std::uint64_t> open_files;
  std::optional<std::uint64_t> most_open_files;
  std::optional<double> started_unix_s;
};

// Thread: any. Real-time: no.
[[nodiscard]] ProcessStatus process_status();

}  // namespace voicestand::platform
