#pragma once

#include <string>

#include "voicestand/base/exit_code.h"
#include "voicestand/base/result.h"

namespace voicestand::bench {

// Thread: the only one. What main() does around a program's own work: a signal that asks it to end does so at once
// (until the end nothing is written, so there is nothing to clean up), and what is thrown is told.
[[nodiscard]] int run_program(ExitCode (*work)(int argc, char** argv), int argc, char** argv);

// Thread: any. Whether something can be written there, said before minutes of measuring and not after. `option`: that
// named the path; none is as well. Errors: kIo.
[[nodiscard]] Result<void> check_output(const std::string& path, const std::string& option);

// Thread: the only one. What is started from now on knows nothing of what the user has set or stored.
void hide_user_folders();

}  // namespace voicestand::bench
