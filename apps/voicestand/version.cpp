#include "version.h"

#include <fmt/format.h>

#include "voicestand_version.h"

namespace voicestand::app {

std::string version_text() {
  return fmt::format("voicestand {} (commit {}, {}, {}; audio: pipewire alsa files stdin; engines: native sherpa)",
                     kVersion, kCommit, kBuildType, kCompiler);
}

service::ProgramInfo program_info(const std::string& command) {
  return {.version = std::string(kVersion), .commit = std::string(kCommit), .command = command};
}

}  // namespace voicestand::app
