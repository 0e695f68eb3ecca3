#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "voicestand/nn/token_alignment.h"
#include "voicestand/nn/tokenizer.h"
#include "voicestand/speech/frame_voice.h"
#include "voicestand/speech/recognizer.h"

namespace voicestand::speech {

// The words of a text that was heard token by token: when each was said, and how sure that is. Thread: one at a time.
class WordFinder {
 public:
  // Real-time: no, takes the memory to work in.
  WordFinder(const nn::TokenAlignment::Limits& limits, const nn::FrameTiming& timing);

  struct Heard {
    std::span<const float> samples;  // 16 kHz mono, full scale ±1
    std::span<const nn::Token> tokens;
    std::span<const float> log_probabilities;  // token by token
    std::span<const float> attention;          // token by token, frame by frame; of a token 1 in all
    std::size_t frames;
  };
  // Real-time: no, makes strings. Words in their order, none of them overlapping, each within the samples and longer
  // than nothing: without punctuation, and without the pauses before and after it. More tokens than frames share the
  // samples out evenly. No words where there are no samples.
  [[nodiscard]] std::vector<Word> words(const nn::Tokenizer& tokenizer, const Heard& heard);

 private:
  nn::FrameTiming timing_;
  nn::TokenAlignment alignment_;
  FrameVoice voice_;
  std::vector<nn::Voicing> voicings_;
};

}  // namespace voicestand::speech
