#pragma once

#include <filesystem>

#include "voicestand/base/result.h"

namespace voicestand::service {

// What the system says of a model's file or folder, as kNoSpace (disk full, quota, size limit) or kIo. Thread: any.
// Real-time: no.
[[nodiscard]] std::unexpected<Error> file_error(int system_error, const std::filesystem::path& path);

}  // namespace voicestand::service
