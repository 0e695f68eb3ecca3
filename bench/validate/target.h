#pragma once

#include <optional>
#include <string>

#include "bench/promises.h"

namespace voicestand::bench {

// A promise, held against what this machine showed just now.
struct Target {
  Promise promise;
  std::optional<double> measured = std::nullopt;
  std::optional<bool> pass = std::nullopt;  // nothing: it could not be judged here, and does not count as passed
  std::string how{};                        // how it was measured, and what it could not be judged for

  // A value that was measured, in quiet or not: what is reached beside other work would be reached without it; what is
  // missed then says nothing.
  void judge(double value, bool quiet, const std::string& method);
  // What was needed for measuring is not here.
  void leave_open(const std::string& why) { how = "not measured: " + why; }
};

}  // namespace voicestand::bench
