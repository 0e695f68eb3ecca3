#include "voicestand/pipeline/utterance.h"

#include <chrono>

#include "voicestand/speech/voice_activity_detector.h"
#include "voicestand/text/join.h"

namespace voicestand::pipeline {
namespace {

// A burst of noise that detection took for speech, and for which the recogniser found a word that it doubts: no word is
// as short as that unless it is said clearly.
constexpr std::uint64_t kBurstSamples = 250 * speech::kSampleRateHz / 1'000;
constexpr float kDoubt = 0.7F;

bool is_noise(const Segment& segment, const speech::Hypothesis& hypothesis) {
  const std::uint64_t speech_end =
      segment.ended() ? segment.ended()->speech_end_sample : segment.quiet_since().value_or(segment.end_sample());
  return speech_end < segment.onset_sample() + kBurstSamples && hypothesis.confidence &&
         *hypothesis.confidence < kDoubt;
}

double seconds(std::uint64_t samples) {
  return static_cast<double>(samples) / speech::kSampleRateHz;
}

double milliseconds(Clock::Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

Partial Utterance::partial(const Segment& open) {
  const auto& decoded = *open.latest();
  if (is_noise(open, decoded.hypothesis)) return {.utterance = id_, .text = {}};
  const auto shown = stable_.update(decoded.hypothesis.text);
  shown_ = shown_ || !shown.text.empty();
  return {.utterance = id_,
          .text = shown.text,
          .stable_chars = shown.stable_chars,
          .audio_s = seconds(decoded.end_sample - start_sample_),
          .lag_ms = 0};
}

void Utterance::shown(Clock::Duration after_onset) {
  if (!latency_.first_partial_ms) latency_.first_partial_ms = milliseconds(after_onset);
}

void Utterance::take(const Segment& segment) {
  const SegmentEnded& ended = *segment.ended();
  if (!start_s_) {
    start_s_ = seconds(segment.onset_sample());
    if (const auto delivered = segment.onset_delivered_at()) {
      const SegmentStarted& started = segment.started();
      if (started.onset_gathering > Clock::Duration::zero())
        latency_.capture_ms = milliseconds(started.onset_gathering);
      latency_.conditioning_ms = milliseconds(started.onset_conditioning);
      latency_.detection_ms = milliseconds(segment.opened_at() - *delivered);
    }
  }
  end_s_ = seconds(ended.speech_end_sample);
  speech_end_delivered_at_.reset();
  latency_.endpoint_ms.reset();
  if (ended.reason != speech::EndReason::kCut || segment.ended_in_pause()) {
    speech_end_delivered_at_ = segment.delivered_at(ended.speech_end_sample);
    if (ended.reason == speech::EndReason::kEndpoint)
      latency_.endpoint_ms = milliseconds(ended.decided_at - *speech_end_delivered_at_);
  }
  if (!segment.latest()) return;

  const speech::Hypothesis& hypothesis = segment.latest()->hypothesis;
  latency_.decode_ms = milliseconds(hypothesis.decode_time);
  if (hypothesis.text.empty() || is_noise(segment, hypothesis)) return;
  text_ = text::join_text(text_, hypothesis.text);
  (void)stable_.commit(hypothesis.text);
  if (hypothesis.words) {
    for (speech::Word word : *hypothesis.words) {
      word.start_s += seconds(segment.start_sample());
      word.end_s += seconds(segment.start_sample());
      words_.push_back(std::move(word));
    }
  } else {
    words_known_ = false;
  }
  if (hypothesis.confidence) {
    confidence_sum_ += static_cast<double>(*hypothesis.confidence);
    ++confidences_;
  }
  ++segments_;
}

Final Utterance::final() const {
  Final final{.utterance = id_,
              .text = text_,
              .start_s = start_s_.value_or(0),
              .end_s = end_s_,
              .confidence = std::nullopt,
              .words = std::nullopt,
              .latency = latency_};
  if (segments_ > 0 && words_known_) final.words = words_;
  if (confidences_ > 0) final.confidence = static_cast<float>(confidence_sum_ / confidences_);
  return final;
}

}  // namespace voicestand::pipeline
