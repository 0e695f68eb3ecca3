#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/nn/moonshine_decoder.h"
#include "voicestand/nn/moonshine_encoder.h"
#include "voicestand/nn/moonshine_model.h"
#include "voicestand/nn/token_trie.h"
#include "voicestand/nn/tokenizer.h"
#include "voicestand/rt/team.h"
#include "voicestand/simd/kernels.h"
#include "voicestand/speech/recognizer.h"
#include "voicestand/speech/word_finder.h"

namespace voicestand::speech {

// Moonshine on our own kernels, in this process. The text of the same audio is always the same.
class NativeRecognizer final : public Recognizer {
 public:
  struct Options {
    std::string model_dir;
    std::string model_id;
    std::chrono::milliseconds max_audio{22'000};  // working memory is for so much
    bool helped = false;  // by a second thread, where the machine has a core for it: the text is the same, sooner
  };

  // Thread: any. Real-time: no, allocates all that it will need. Errors: kModelMissing, kBadModel, kIo, kNoSpace.
  [[nodiscard]] static Result<std::unique_ptr<NativeRecognizer>> create(const Options& options,
                                                                        const simd::Kernels& kernels = simd::kernels());

  // As Recognizer says. Audio too short for one frame, some 65 ms, holds no word: the text is empty. Samples that are
  // not finite are taken for silence. Errors: kUsage for more than max_samples(), kInterrupted.
  [[nodiscard]] Result<Hypothesis> recognize(const Request& request) override;

  // As Recognizer says. Errors: kUsage as nn::trie_of(); those of nn::Tokenizer::load().
  [[nodiscard]] Result<void> listen_for(std::span<const std::string> words) override;

  // Where no recognize() runs, the next one is interrupted: an interruption is never lost.
  void interrupt() noexcept override { interrupted_.store(true, std::memory_order_relaxed); }  // no data hangs on it

  [[nodiscard]] const RecognizerInfo& info() const noexcept override { return info_; }
  [[nodiscard]] std::size_t max_samples() const noexcept override { return samples_.size(); }
  [[nodiscard]] bool continues() const noexcept override { return true; }
  // Thread: any. Working memory of the network, besides the model's own pages.
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return encoder_.memory_bytes() + decoder_.memory_bytes(); }

 private:
  NativeRecognizer(std::unique_ptr<nn::MoonshineModel> model, std::unique_ptr<rt::Team> team, nn::Tokenizer tokenizer,
                   nn::MoonshineEncoder encoder, nn::MoonshineDecoder decoder, std::size_t max_samples) noexcept;

  [[nodiscard]] Hypothesis hypothesis_of(std::span<const nn::Token> tokens, std::span<const float> samples);

  // Any thread.
  std::atomic<bool> interrupted_{false};

  // Fixed once created.
  RecognizerInfo info_;
  std::unique_ptr<nn::MoonshineModel> model_;  // what the network's halves point into
  std::unique_ptr<rt::Team> team_;             // whom they share their work with; may be null
  nn::Tokenizer tokenizer_;                    // for the text of tokens alone
  std::string tokenizer_file_;

  // recognize().
  nn::MoonshineEncoder encoder_;
  nn::MoonshineDecoder decoder_;
  std::optional<nn::TokenTrie> listed_;
  WordFinder finder_;
  std::vector<float> samples_;  // the request's audio in one piece
};

}  // namespace voicestand::speech
