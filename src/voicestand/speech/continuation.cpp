#include "voicestand/speech/continuation.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <span>
#include <utility>

#include "voicestand/speech/confidence.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::speech {
namespace {

// A word is settled when so much has been heard behind it.
constexpr double kSettledAfterSeconds = 1.0;
// How many settled words are heard once more, to go on from.
constexpr std::size_t kKnownWords = 2;
// Heard before the first of them: a word's edges are known to some 50 ms.
constexpr double kLeadSeconds = 0.06;
// Less is not worth it.
constexpr double kLeastProgressSeconds = 1.0;
constexpr double kLeastWordSeconds = 0.01;

}  // namespace

std::optional<Continuation> continuation_of(const Hypothesis& heard, std::size_t samples) {
  if (!heard.words || heard.tokens.empty()) return std::nullopt;
  const std::span<const Word> words(*heard.words);
  const double settled_until_s = static_cast<double>(samples) / kSampleRateHz - kSettledAfterSeconds;
  const auto open = std::ranges::find_if(words, [&](const Word& word) { return word.end_s > settled_until_s; });
  const auto settled = static_cast<std::size_t>(open - words.begin());
  if (settled <= kKnownWords || settled == words.size()) return std::nullopt;
  const std::size_t first = settled - kKnownWords;
  const double from_s = std::max(words[first].start_s - kLeadSeconds, words[first - 1].end_s);
  const std::size_t first_token = words[first].first_token;
  const std::size_t open_token = words[settled].first_token;
  if (from_s < kLeastProgressSeconds || first_token >= open_token || open_token > heard.tokens.size())
    return std::nullopt;

  Continuation continuation;
  continuation.first_sample = static_cast<std::size_t>(from_s * kSampleRateHz);
  continuation.before.words.emplace(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(first));
  continuation.before.text = text_of(*continuation.before.words);
  const std::span<const std::uint32_t> tokens(heard.tokens);
  const auto before = tokens.first(first_token);
  continuation.before.tokens.assign(before.begin(), before.end());
  const auto begun = tokens.subspan(first_token, open_token - first_token);
  continuation.begun.assign(begun.begin(), begun.end());
  const auto known = words.subspan(first, kKnownWords);
  continuation.known.assign(known.begin(), known.end());
  return continuation;
}

Hypothesis joined(const Continuation& continuation, Hypothesis on) {
  Hypothesis all = continuation.before;
  all.decode_time = on.decode_time;
  const std::size_t begun = continuation.begun.size();
  const auto before = static_cast<std::uint32_t>(all.tokens.size());
  std::vector<Word> words = continuation.known;
  if (on.words && on.words->size() >= words.size() && on.tokens.size() >= begun) {
    if (on.log_probability) {  // of what was not given
      const auto count = static_cast<float>(on.tokens.size() + 1);
      all.log_probability = *on.log_probability * count / (count - static_cast<float>(begun));
    }
    // What was known was heard better with what lies before it; but it may have got a comma.
    for (std::size_t i = 0; i < words.size(); ++i) words[i].text = std::move((*on.words)[i].text);
    const double from_s = static_cast<double>(continuation.first_sample) / kSampleRateHz;
    for (Word& word : std::span(*on.words).subspan(words.size())) {
      word.start_s = std::max(word.start_s + from_s, words.back().end_s);
      word.end_s = std::max(word.end_s + from_s, word.start_s + kLeastWordSeconds);
      word.first_token += before;
      words.push_back(std::move(word));
    }
    std::ranges::copy(on.tokens, std::back_inserter(all.tokens));
  } else {
    std::ranges::copy(continuation.begun, std::back_inserter(all.tokens));
  }
  std::ranges::move(words, std::back_inserter(*all.words));
  all.text = text_of(*all.words);
  all.confidence = confidence_of_text(*all.words);
  return all;
}

}  // namespace voicestand::speech
