#pragma once

#include <string>

namespace voicestand::app {

// Thread: any. "voicestand 0.1.0 (commit 1a2b3c4, Release, g++ 12.2.0; pipewire alsa sndfile sherpa)".
[[nodiscard]] std::string version_text();

}  // namespace voicestand::app
