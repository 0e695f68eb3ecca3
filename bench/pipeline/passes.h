#pragma once

#include <string>

#include "bench/comparison.h"
#include "voicestand/base/result.h"

namespace voicestand::bench {

// Front ends hear a whole recording again and again, by processor time.
struct Passes {
  // Processor time for a second of a microphone's audio: ours, and the baseline. Errors: the model's, the recording's.
  [[nodiscard]] static Result<Passes> beside_baseline(const std::string& model, double length_s);
  // How much stereo of 96 kHz a core gets done: ours alone. Errors: likewise.
  [[nodiscard]] static Result<Passes> of_studio(const std::string& model, double length_s);

  Comparison comparison;
  FirstError error;
};

}  // namespace voicestand::bench
