#include "voicestand/speech/word_finder.h"

#include <algorithm>
#include <utility>

#include "voicestand/nn/token_words.h"
#include "voicestand/speech/confidence.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::speech {

WordFinder::WordFinder(const nn::TokenAlignment::Limits& limits, const nn::FrameTiming& timing)
    : timing_(timing), alignment_(limits), voice_(limits.frames, timing) {
  voicings_.reserve(limits.tokens);
}

std::vector<Word> WordFinder::words(const nn::Tokenizer& tokenizer, const Heard& heard) {
  if (heard.samples.empty()) return {};
  voicings_.clear();
  for (const nn::Token token : heard.tokens) voicings_.push_back(nn::voicing_of(tokenizer.bytes(token)));
  voice_.hear(heard.samples, heard.frames);
  const auto stretches = alignment_.align({.attention = heard.attention, .voice = voice_.voice(), .tokens = voicings_});

  const auto count = static_cast<double>(heard.tokens.size());
  const double length_s = static_cast<double>(heard.samples.size()) / kSampleRateHz;
  const auto time_s = [&](std::size_t frame) {
    return std::min(static_cast<double>(timing_.first + frame * timing_.samples) / kSampleRateHz, length_s);
  };
  const auto share_s = [&](std::size_t token) { return length_s * static_cast<double>(token) / count; };

  std::vector<Word> words;
  for (nn::TokenWord& word : nn::words_of(tokenizer, heard.tokens)) {
    // Punctuation is neither a matter of time nor of having understood, unless there is nothing else.
    const auto voicings = std::span(voicings_).subspan(word.begin, word.end - word.begin);
    const bool spoken = std::ranges::find(voicings, nn::Voicing::kSpoken) != voicings.end();
    std::size_t first = word.end;
    std::size_t last = word.begin;
    float log_probability = 0;
    for (std::size_t token = word.begin; token < word.end; ++token) {
      if (spoken && voicings_[token] == nn::Voicing::kUnspoken) continue;
      first = std::min(first, token);
      last = token;
      log_probability += heard.log_probabilities[token];
    }
    Word& found = words.emplace_back();
    if (stretches.empty()) {
      found.start_s = share_s(first);
      found.end_s = share_s(last + 1);
    } else {
      const nn::Stretch said = voice_.without_pauses({.begin = stretches[first].begin, .end = stretches[last].end});
      found.start_s = time_s(said.begin);
      found.end_s = time_s(said.end);
    }
    found.text = std::move(word.text);
    found.first_token = static_cast<std::uint32_t>(word.begin);
    found.confidence = confidence_of_word(log_probability);
  }
  return words;
}

}  // namespace voicestand::speech
