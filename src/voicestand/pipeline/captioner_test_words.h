#pragma once

#include <string>
#include <utility>

#include "voicestand/pipeline/captioner.h"
#include "voicestand/speech/continuation.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::pipeline {

// A recogniser whose words name the audio that was heard for them: one word every 0.4 s, of one token. The last one
// also names how the text was gone on with.
inline speech::Hypothesis test_words(const Captioner::Job& job) {
  constexpr double kWordSeconds = 0.4;
  const std::uint64_t start = job.end_sample - job.audio.size();
  const double length_s = static_cast<double>(job.audio.size()) / speech::kSampleRateHz;
  const speech::Continuation* const from = job.continuation;
  const double from_s = from != nullptr ? static_cast<double>(from->first_sample) / speech::kSampleRateHz : 0;
  speech::Hypothesis heard;
  heard.words.emplace();
  const auto say = [&](std::string text, double start_s, double end_s) {
    heard.words->push_back({.text = std::move(text),
                            .start_s = start_s - from_s,
                            .end_s = end_s - from_s,
                            .confidence = 1.0F,
                            .first_token = static_cast<std::uint32_t>(heard.tokens.size())});
    heard.tokens.push_back(static_cast<std::uint32_t>(heard.tokens.size()));
  };
  double said_s = 0;
  if (from != nullptr) {
    for (const speech::Word& word : from->known) say(word.text, word.start_s, word.end_s);
    said_s = from->known.back().end_s;
  }
  while (said_s + kWordSeconds < length_s) {
    say(std::to_string(start) + "+" + std::to_string(said_s), said_s, said_s + kWordSeconds);
    said_s += kWordSeconds;
  }
  say(std::to_string(start) + "-" + std::to_string(job.end_sample) +
          (from != nullptr ? "|" + std::to_string(from_s) : "") + (job.careful ? "!" : ""),
      said_s, length_s);
  if (from != nullptr) return speech::joined(*from, std::move(heard));
  heard.text = speech::text_of(*heard.words);
  heard.confidence = 1.0F;
  return heard;
}

}  // namespace voicestand::pipeline
