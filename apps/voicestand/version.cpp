#include "version.h"

#include <fmt/format.h>

#include "voicestand_version.h"

namespace voicestand::app {

std::string version_text() {
  return fmt::format("voicestand {} (commit {}, {}, {}; audio: pipewire alsa files stdin; engines: native sherpa)",
                     kVersion, kCommit, kBuildType, kCompiler);
}

service::ProgramInfo program_info(const std::string& command, const service::Paths& paths) {
  return {.version = std::string(kVersion),
          .commit = std::string(kCommit),
          .command = command,
          .data_folder = paths.data.string()};
}

}  // namespace voicestand::app
