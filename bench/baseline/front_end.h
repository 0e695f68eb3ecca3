#pragma once

#include <string>

#include "bench/baseline/silero.h"
#include "bench/pipeline/heard.h"
#include "bench/pipeline/recording.h"
#include "bench/subject.h"
#include "voicestand/base/result.h"

namespace voicestand::bench::baseline {

// The front end as one writes it first, and not badly: a thread for conditioning, one for detection, locked queues
// between them, a heap block for each buffer, plain loops. The work and the outcome are those of `listen --no-asr`.
class FrontEnd {
 public:
  // Errors: the model's.
  [[nodiscard]] static Result<FrontEnd> create(const std::string& model);

  // Thread: one. Hears the recording as fast as it can, in blocks of `block_frames`; returns the processor time that
  // took, of all threads together. `heard`: what it made of it, where asked for.
  Seconds hear(const Recording& recording, std::size_t block_frames, Heard* heard = nullptr);

 private:
  explicit FrontEnd(Silero silero) : silero_(std::move(silero)) {}
  Silero silero_;
};

}  // namespace voicestand::bench::baseline
