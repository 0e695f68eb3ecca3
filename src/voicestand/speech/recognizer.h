#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/speech/audio_view.h"

namespace voicestand::speech {

struct Word {
  std::string text;
  double start_s = 0;  // from the first sample of the audio given
  double end_s = 0;
  std::optional<float> confidence;
};

struct Hypothesis {
  std::string text;                        // trimmed; empty where nothing was said
  std::optional<std::vector<Word>> words;  // where the engine knows them
  std::optional<float> confidence;
  std::chrono::nanoseconds decode_time{};  // wall time of the engine alone
};

struct RecognizerInfo {
  std::string model;   // "moonshine-base-en"
  std::string engine;  // "sherpa"
  std::string isa;     // "avx512vnni", "avx2", "sse2": what the engine's kernels use
  std::chrono::nanoseconds load_time{};
};

// Turns one stretch of speech into text. Engines stand behind this.
class Recognizer {
 public:
  virtual ~Recognizer() = default;

  // Thread: one at a time. Real-time: no, blocks for the decoding. 16 kHz mono, full scale ±1, at most
  // max_samples() of it. Errors: kWorkerFailed (the audio was tried again on a fresh worker and failed again).
  [[nodiscard]] virtual Result<Hypothesis> recognize(const AudioView& audio) = 0;

  // Thread: any, also while recognize() runs; that call then returns soon with kInterrupted.
  virtual void interrupt() noexcept = 0;

  // Thread: any.
  [[nodiscard]] virtual const RecognizerInfo& info() const noexcept = 0;
  [[nodiscard]] virtual std::size_t max_samples() const noexcept = 0;
  // Thread: any. How often the engine died and was started again; what it was given was decoded all the same.
  [[nodiscard]] virtual std::uint64_t restarts() const noexcept { return 0; }
};

}  // namespace voicestand::speech
