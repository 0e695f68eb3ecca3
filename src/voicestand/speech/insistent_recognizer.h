#pragma once

#include <memory>

#include "voicestand/speech/recognizer.h"

namespace voicestand::speech {

// Asks again where an answer is not good enough. A slightly different beginning makes an engine hear differently.
//
// When it has nothing to say to seconds of detected speech, as Moonshine now and then ends its text before the first
// word: with some silence in front, then in two halves, parted where it is quietest. What is empty then is empty.
//
// When it has nothing to add to words that are known (continuation.h): all of it from the beginning.
//
// When it is not sure of what it says and there is time (Request::careful): with a little silence in front, and a
// little more. What it is surest of counts (docs/adr/0004-native-recogniser.md).
class InsistentRecognizer final : public Recognizer {
 public:
  static constexpr std::chrono::milliseconds kLeast{2'000};  // shorter speech may well be no word
  static constexpr std::chrono::milliseconds kSilence{100};
  static constexpr std::chrono::milliseconds kLittleSilence{50};
  static constexpr float kSure = -0.1F;  // the mean logarithm of a token's probability

  explicit InsistentRecognizer(std::unique_ptr<Recognizer> engine) : engine_(std::move(engine)) {}

  [[nodiscard]] Result<Hypothesis> recognize(const Request& request) override;
  [[nodiscard]] Result<void> listen_for(std::span<const std::string> words) override {
    return engine_->listen_for(words);
  }
  void interrupt() noexcept override { engine_->interrupt(); }
  [[nodiscard]] const RecognizerInfo& info() const noexcept override { return engine_->info(); }
  [[nodiscard]] std::size_t max_samples() const noexcept override { return engine_->max_samples(); }
  [[nodiscard]] bool continues() const noexcept override { return engine_->continues(); }
  [[nodiscard]] std::uint64_t restarts() const noexcept override { return engine_->restarts(); }

 private:
  [[nodiscard]] Result<Hypothesis> insist(const Request& request, Hypothesis nothing);
  [[nodiscard]] Result<Hypothesis> listen_again(const Request& request, Hypothesis first);
  [[nodiscard]] Result<Hypothesis> with_silence_in_front(const Request& request, std::chrono::milliseconds silence,
                                                         const Hypothesis* draft);
  [[nodiscard]] Result<Hypothesis> in_halves(const Request& request);

  std::unique_ptr<Recognizer> engine_;
};

}  // namespace voicestand::speech
