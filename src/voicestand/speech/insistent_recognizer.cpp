#include "voicestand/speech/insistent_recognizer.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <utility>

#include "voicestand/speech/continuation.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::speech {
namespace {

constexpr std::size_t samples(std::chrono::milliseconds length) {
  return static_cast<std::size_t>(length.count()) * kSampleRateHz / 1000;
}

void shift(Hypothesis& hypothesis, double by_s) {
  if (!hypothesis.words) return;
  for (Word& word : *hypothesis.words) {
    word.start_s = std::max(0.0, word.start_s + by_s);
    word.end_s = std::max(0.0, word.end_s + by_s);
  }
}

// To seconds of speech behind the words that are known.
bool says_nothing_more(const Request& request, const Hypothesis& heard) {
  const Continuation& known = *request.continuation;
  const double known_until_s = known.known.empty() ? 0 : known.known.back().end_s;
  const auto open = static_cast<double>(request.audio.size()) / kSampleRateHz - known_until_s;
  return open >= std::chrono::duration<double>(InsistentRecognizer::kLeast).count() &&
         heard.tokens.size() <= known.before.tokens.size() + known.begun.size();
}

// The middle of the window with the least energy in the middle third.
std::size_t quietest_point(const AudioView& audio) {
  std::size_t best = audio.size() / 2;
  float least = std::numeric_limits<float>::max();
  for (std::size_t at = audio.size() / 3; at + kWindowSamples <= audio.size() * 2 / 3; at += kWindowSamples / 2) {
    float energy = 0;
    const AudioView window = audio.between(at, at + kWindowSamples);
    for (const auto& piece : window.pieces()) {
      for (const float sample : piece) energy += sample * sample;
    }
    if (energy < least) {
      least = energy;
      best = at + kWindowSamples / 2;
    }
  }
  return best;
}

}  // namespace

Result<Hypothesis> InsistentRecognizer::recognize(const Request& request) {
  if (request.careful && request.heard != nullptr && !request.heard->text.empty())
    return listen_again(request, *request.heard);
  auto first = engine_->recognize(request);
  if (!first) return first;
  if (request.continuation != nullptr && says_nothing_more(request, *first)) {
    Request all = request;
    all.continuation = nullptr;
    return recognize(all);
  }
  if (first->text.empty()) return request.audio.size() < samples(kLeast) ? first : insist(request, std::move(*first));
  return request.careful ? listen_again(request, std::move(*first)) : first;
}

Result<Hypothesis> InsistentRecognizer::insist(const Request& request, Hypothesis nothing) {
  auto second = with_silence_in_front(request, kSilence, nullptr);
  if (!second) return second;
  second->decode_time += nothing.decode_time;
  if (!second->text.empty()) return second;
  auto third = in_halves(request);
  if (third) third->decode_time += second->decode_time;
  return third;
}

Result<Hypothesis> InsistentRecognizer::listen_again(const Request& request, Hypothesis first) {
  Hypothesis best = std::move(first);
  for (const auto silence : {kLittleSilence, kSilence}) {
    if (best.log_probability.value_or(0) >= kSure || request.audio.size() + samples(silence) > max_samples()) break;
    auto again = with_silence_in_front(request, silence, &best);
    if (!again) return again;
    const auto decode_time = best.decode_time + again->decode_time;
    if (!again->text.empty() && again->log_probability > best.log_probability) best = std::move(*again);
    best.decode_time = decode_time;
  }
  return best;
}

Result<Hypothesis> InsistentRecognizer::with_silence_in_front(const Request& request, std::chrono::milliseconds silence,
                                                              const Hypothesis* draft) {
  static std::array<float, samples(kSilence)> nothing{};  // not const: so it takes no room in the program's file
  AudioView padded{std::span<const float>(nothing).first(std::min(samples(silence), max_samples()))};
  const AudioView kept = request.audio.between(0, std::min(request.audio.size(), max_samples() - padded.size()));
  for (const auto& piece : kept.pieces()) padded.append(piece);
  auto hypothesis = engine_->recognize({.audio = std::move(padded), .draft = draft, .unwanted = request.unwanted});
  if (hypothesis) shift(*hypothesis, -std::chrono::duration<double>(silence).count());
  return hypothesis;
}

Result<Hypothesis> InsistentRecognizer::in_halves(const Request& request) {
  const AudioView& audio = request.audio;
  const std::size_t middle = quietest_point(audio);
  auto left = engine_->recognize({.audio = audio.between(0, middle), .unwanted = request.unwanted});
  if (!left) return left;
  auto right = engine_->recognize({.audio = audio.between(middle, audio.size()), .unwanted = request.unwanted});
  if (!right) return right;
  shift(*right, static_cast<double>(middle) / kSampleRateHz);
  if (!left->text.empty() && !right->text.empty()) left->text += ' ';
  left->text += right->text;
  left->decode_time += right->decode_time;
  left->tokens.clear();
  if (left->words && right->words) {
    std::ranges::move(*right->words, std::back_inserter(*left->words));
  } else {
    left->words.reset();
  }
  if (!left->confidence || !right->confidence) {
    left->confidence.reset();
  } else {
    left->confidence = std::min(*left->confidence, *right->confidence);
  }
  return left;
}

}  // namespace voicestand::speech
