#pragma once

#include <string>

#include "voicestand/base/result.h"

namespace voicestand::bench {

// Thread: any. The path of the voice detection model that comes with the program. Errors: kModelMissing.
[[nodiscard]] Result<std::string> silero_model();

}  // namespace voicestand::bench
