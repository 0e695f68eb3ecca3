#pragma once

#include <string_view>

#include "voicestand/base/exit_code.h"
#include "voicestand/base/result.h"

namespace voicestand::app {

// Thread: any. Writes all of it to standard output, in one piece where the system lets it. Errors: kIo when the reader
// has gone, kNoSpace.
[[nodiscard]] Result<void> write_out(std::string_view text);

// Thread: any. "voicestand: <what happened>: <what to do>" on standard error, on one line; says what exit code that is.
ExitCode complain(const Error& error);

// Thread: any. A line on standard error that is not an error.
void remark(std::string_view text);

}  // namespace voicestand::app
