#include "voicestand/pipeline/speech_finder.h"

#include <algorithm>
#include <array>

namespace voicestand::pipeline {
namespace {

using Limits = speech::SegmenterConfig;

constexpr std::uint64_t samples(Limits::Duration length) {
  return static_cast<std::uint64_t>(length.count()) * speech::kSampleRateHz / 1'000;
}

// Where no segment is open, the next one begins at most so long before the newest window.
constexpr std::uint64_t kLookBack = samples(Limits::kMaxPreRoll + Limits::kMaxMinSpeech) + 2 * speech::kWindowSamples;

// The longest segment and what lies before it.
constexpr std::size_t kHistorySamples = samples(Limits::kMaxMaxSegment) + 2 * kLookBack;

}  // namespace

SpeechFinder::SpeechFinder(rt::BlockPool& pool, speech::VoiceActivityDetector& detector,
                           const speech::Segmenter& segmenter)
    : detector_(detector), segmenter_(segmenter), history_(pool, kHistorySamples) {}

SpeechFinder::Heard SpeechFinder::feed(Window window) noexcept {
  history_.append(window);
  const dsp::Level level = level_meter_.measure(window);
  std::array<float, speech::kWindowSamples> normalised{};
  normaliser_.process(window, normalised);
  const float probability = detector_.probability(normalised);
  return {.events = segmenter_.feed(probability, level.rms_dbfs), .level = level, .probability = probability};
}

void SpeechFinder::forget(std::uint64_t needed_from) noexcept {
  const auto open = segmenter_.open_segment();
  const std::uint64_t end = history_.end();
  const std::uint64_t from = open ? open->start_sample : end - std::min(end, kLookBack);
  history_.forget_before(std::min(from, needed_from));
}

void SpeechFinder::forget_context() noexcept {
  segmenter_.reset(history_.end());
  detector_.reset();
}

}  // namespace voicestand::pipeline
