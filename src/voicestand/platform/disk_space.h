#pragma once

#include <optional>
#include <string>

namespace voicestand::platform {

// Thread: any. Real-time: no. How much of the disk that `path` is on this user may still fill, 0 to 1; nothing where
// that cannot be told. Of a path that is not there, the disk of the nearest folder above it.
[[nodiscard]] std::optional<double> free_disk_share(const std::string& path);

}  // namespace voicestand::platform
