#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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
  std::uint32_t first_token = 0;  // where in Hypothesis::tokens it begins, if there are any
};

struct Hypothesis {
  std::string text;                        // trimmed; empty where nothing was said
  std::optional<std::vector<Word>> words;  // where the engine knows them
  std::optional<float> confidence;
  std::optional<float> log_probability{};  // of a token, in the mean; at most 0, where the engine knows it
  std::chrono::nanoseconds decode_time{};  // wall time of the engine alone
  std::vector<std::uint32_t> tokens{};     // the engine's own spelling of it, for Request::draft; may be empty
};

// Thread: any. Real-time: no. The words with a space between each two.
[[nodiscard]] inline std::string text_of(std::span<const Word> words) {
  std::string text;
  for (const Word& word : words) {
    if (!text.empty()) text += ' ';
    text += word.text;
  }
  return text;
}

struct Continuation;

// What an engine is asked.
struct Request {
  AudioView audio;  // 16 kHz mono, full scale ±1
  // An earlier hypothesis of the same speech by the same engine. It may save time; the answer does not depend on it.
  const Hypothesis* draft = nullptr;
  // How to go on behind the audio's beginning (continuation.h). An engine that does not continue() hears all of it.
  const Continuation* continuation = nullptr;
  // Becomes true when the answer is no longer wanted: recognize() then returns soon with kInterrupted, or late with the
  // answer.
  const std::atomic<bool>* unwanted = nullptr;
  // There is time to listen again to what is not clear.
  bool careful = false;
  // With care: what recognize() has made of this very audio without, where that is known. It saves time; the answer
  // does not depend on it.
  const Hypothesis* heard = nullptr;
};

struct RecognizerInfo {
  std::string model;   // "moonshine-base-en"
  std::string engine;  // "native" or "sherpa"
  std::string isa;     // "avx512vnni", "avx2", "sse2": what the engine's kernels use
  std::chrono::nanoseconds load_time{};
};

// Turns one stretch of speech into text. Engines stand behind this.
class Recognizer {
 public:
  virtual ~Recognizer() = default;

  // Thread: one at a time. Real-time: no, blocks for the decoding. At most max_samples() of audio. Errors:
  // kWorkerFailed (the audio was tried again on a fresh worker and failed again), kInterrupted.
  [[nodiscard]] virtual Result<Hypothesis> recognize(const Request& request) = 0;

  // Thread: as recognize(). Real-time: no. Words and phrases that the speaker may well use, in place of those given
  // before: from the next recognize() on they are heard more readily. Errors, with those given before kept:
  // kServiceMissing where the engine has no way of doing so, kUsage for a list or word that it cannot take.
  [[nodiscard]] virtual Result<void> listen_for(std::span<const std::string> words);

  // Thread: any, also while recognize() runs; that call then returns soon with kInterrupted.
  virtual void interrupt() noexcept = 0;

  // Thread: any.
  [[nodiscard]] virtual const RecognizerInfo& info() const noexcept = 0;
  [[nodiscard]] virtual std::size_t max_samples() const noexcept = 0;
  // Thread: any. Whether Request::continuation makes it hear less; its hypotheses have words and tokens then.
  [[nodiscard]] virtual bool continues() const noexcept { return false; }
  // Thread: any. How often the engine died and was started again; what it was given was decoded all the same.
  [[nodiscard]] virtual std::uint64_t restarts() const noexcept { return 0; }
};

inline Result<void> Recognizer::listen_for(std::span<const std::string> words) {
  if (words.empty()) return {};
  return fail(Errc::kServiceMissing, "listens for no words of one's own", info().engine,
              "leave --engine out, or use another model");
}

}  // namespace voicestand::speech
