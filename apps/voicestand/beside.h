#pragma once

#include <string>
#include <vector>

#include "voicestand/base/exit_code.h"

namespace voicestand::app {

// Thread: the only one. Becomes another program of ours, which stands beside this one: its exit code is ours, and so
// are the signals that it gets. Comes back only where it does not start, with what to return. `command`: how the user
// asked for it.
ExitCode become(const std::string& program, std::vector<std::string> arguments, const std::string& command);

}  // namespace voicestand::app
