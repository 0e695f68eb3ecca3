#pragma once

#include <memory>

#include "voicestand/speech/recognizer.h"

namespace voicestand::speech {

// Asks again when an engine has nothing to say to seconds of detected speech. Moonshine now and then ends its text
// before the first word, and a slightly different beginning is enough for it to speak: first some silence in front,
// then the audio in two halves, parted where it is quietest. What is empty then is empty.
class InsistentRecognizer final : public Recognizer {
 public:
  static constexpr std::chrono::milliseconds kLeast{2'000};  // shorter speech may well be no word
  static constexpr std::chrono::milliseconds kSilence{100};

  explicit InsistentRecognizer(std::unique_ptr<Recognizer> engine) : engine_(std::move(engine)) {}

  [[nodiscard]] Result<Hypothesis> recognize(const Request& request) override;
  void interrupt() noexcept override { engine_->interrupt(); }
  [[nodiscard]] const RecognizerInfo& info() const noexcept override { return engine_->info(); }
  [[nodiscard]] std::size_t max_samples() const noexcept override { return engine_->max_samples(); }
  [[nodiscard]] std::uint64_t restarts() const noexcept override { return engine_->restarts(); }

 private:
  [[nodiscard]] Result<Hypothesis> with_silence_in_front(const Request& request);
  [[nodiscard]] Result<Hypothesis> in_halves(const Request& request);

  std::unique_ptr<Recognizer> engine_;
};

}  // namespace voicestand::speech
