#pragma once

#include <filesystem>
#include <functional>

#include "voicestand/base/result.h"
#include "voicestand/service/model_manifest.h"

namespace voicestand::service {

// True where a regular file of the manifest's size is there. Thread: any. Real-time: no.
[[nodiscard]] bool has_size(const std::filesystem::path& path, const ModelFile& file);

// Holds the file at `path` against its size and SHA-256. `go_on` is told the bytes read so far; false stops it. Thread:
// any. Real-time: no. Errors: kModelMissing (not there), kBadData (differs: says how), kIo, kNoSpace, kInterrupted.
[[nodiscard]] Result<void> check_model_file(const std::filesystem::path& path, const ModelFile& file,
                                            const std::function<bool(std::uint64_t)>& go_on = {});

}  // namespace voicestand::service
