#pragma once

#include <cstddef>
#include <string>

#include "bench/pipeline/heard.h"
#include "bench/pipeline/recording.h"
#include "bench/subject.h"
#include "voicestand/base/result.h"
#include "voicestand/speech/silero_detector.h"

namespace voicestand::bench {

// Our front end: the live path without a recogniser, as `listen --no-asr` runs it.
class FrontEnd {
 public:
  // Errors: the model's.
  [[nodiscard]] static Result<FrontEnd> create(const std::string& model);

  // Thread: one. Hears the recording as fast as it can, in blocks of `block_frames`; returns the processor time that
  // took, of all threads together. `heard`: what it made of it, where asked for. Errors: the live path's.
  [[nodiscard]] Result<Seconds> hear(const Recording& recording, std::size_t block_frames, Heard* heard = nullptr);

 private:
  explicit FrontEnd(speech::SileroDetector detector) : detector_(std::move(detector)) {}
  speech::SileroDetector detector_;
};

}  // namespace voicestand::bench
