#pragma once

#include <string>

#include "voicestand/base/exit_code.h"

// The work behind setup_verbs.h. Thread: the only one.
namespace voicestand::app {

ExitCode models(const std::string& verb, const std::string& id);
ExitCode doctor(bool json, const std::string& sysroot);
ExitCode config(const std::string& verb, const std::string& file);

}  // namespace voicestand::app
