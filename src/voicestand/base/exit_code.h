#pragma once

#include "voicestand/base/result.h"

namespace voicestand {

// The command line's exit codes.
enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,
  kRefused = 3,
  kMissing = 4,
  kInterrupted = 130,
};

// Thread: any. Real-time: yes.
[[nodiscard]] constexpr ExitCode exit_code_of(Errc code) noexcept {
  switch (code) {
    case Errc::kUsage:
      return ExitCode::kUsage;
    case Errc::kBadAudio:
    case Errc::kBadModel:
    case Errc::kBadConfig:
    case Errc::kBadData:
    case Errc::kNotFound:
      return ExitCode::kRefused;
    case Errc::kDeviceMissing:
    case Errc::kServiceMissing:
    case Errc::kModelMissing:
      return ExitCode::kMissing;
    case Errc::kIo:
    case Errc::kNoSpace:
    case Errc::kNetwork:
    case Errc::kWorkerFailed:
      return ExitCode::kFailed;
    case Errc::kInterrupted:
      return ExitCode::kInterrupted;
  }
  return ExitCode::kFailed;
}

}  // namespace voicestand
