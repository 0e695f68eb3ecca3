#pragma once

#include <string>

#include "voicestand/service/metrics.h"
#include "voicestand/service/paths.h"

namespace voicestand::app {

// Thread: any. "voicestand 0.1.0 (commit 1a2b3c4, Release, g++ 12.2.0; pipewire alsa sndfile sherpa)".
[[nodiscard]] std::string version_text();

// Thread: any. What `command` says of itself to those who look on.
[[nodiscard]] service::ProgramInfo program_info(const std::string& command, const service::Paths& paths);

}  // namespace voicestand::app
