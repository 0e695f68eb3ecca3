#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "voicestand/base/result.h"

namespace voicestand::service {

inline constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20U;

// The whole of a small text file; nothing where there is none. Never waits on a pipe or a device. Thread: any.
// Real-time: no. Errors: kBadConfig (no regular file, or larger than kMaxConfigBytes), kIo.
[[nodiscard]] Result<std::optional<std::string>> read_config_file(const std::filesystem::path& file);

// Puts the text in place at once: after a crash there is either the old file or the new one. Keeps the file's mode and
// follows links to it; makes its folders. Thread: any. Real-time: no. Errors: kIo, kNoSpace.
[[nodiscard]] Result<void> replace_config_file(const std::filesystem::path& file, std::string_view text);

}  // namespace voicestand::service
