#pragma once

#include <string>
#include <string_view>

#include "voicestand/base/result.h"

namespace voicestand::app {

// Thread: any. Writes `text` to `path` wholly or not at all: a reader never sees half a file, and a full disk leaves
// nothing behind. Errors: kNoSpace, kIo.
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view text);

}  // namespace voicestand::app
