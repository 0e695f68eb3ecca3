#include "version.h"

#include <fmt/format.h>

#include "voicestand_version.h"

namespace voicestand::app {

std::string version_text() {
  return fmt::format("voicestand {} (commit {}, {}, {}; audio: pipewire alsa files stdin; engines: native sherpa)",
                     kVersion, kCommit, kBuildType, kCompiler);
}

}  // namespace voicestand::app
