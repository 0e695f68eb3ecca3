#include "voicestand/pipeline/segment.h"

#include <algorithm>

#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::pipeline {
namespace {

// Silence after the last speech that a hypothesis must have heard to stand for the whole segment. Detection places the
// end of speech at a window's edge; this is three windows more.
constexpr std::uint64_t kSettlingSamples = 3 * speech::kWindowSamples;

// Segments rarely outgrow this; where one does, the vector grows on the recognition thread.
constexpr std::size_t kReservedSamples = 20 * speech::kSampleRateHz;

}  // namespace

Segment::Segment(const SegmentStarted& started, Clock::TimePoint first_partial_at)
    : utterance_(started.utterance),
      start_sample_(started.start_sample),
      onset_sample_(started.onset_sample),
      next_partial_at_(first_partial_at) {
  audio_.reserve(kReservedSamples);
}

void Segment::append(const SegmentAudio& audio) {
  audio_.insert(audio_.end(), audio.samples.begin(), audio.samples.end());
  deliveries_.push_back({end_sample(), audio.delivered_at});
  speaking_ = audio.speaking;
}

void Segment::end(const SegmentEnded& ended) {
  ended_ = ended;
  if (ended.end_sample >= start_sample_ && ended.end_sample < end_sample())
    audio_.resize(ended.end_sample - start_sample_);
}

bool Segment::heard_all_until(std::uint64_t speech_end_sample) const {
  if (!latest_) return false;
  // A cut may lie before speech that the hypothesis has heard: then it knows words that belong to the next segment.
  if (ended_ && ended_->reason == speech::EndReason::kCut && !ended_in_pause() &&
      latest_->end_sample > ended_->end_sample) {
    return false;
  }
  if (ended_ && latest_->end_sample >= ended_->end_sample) return true;
  return latest_->end_sample >= speech_end_sample + kSettlingSamples;
}

Clock::TimePoint Segment::delivered_at(std::uint64_t position) const {
  const auto found = std::ranges::lower_bound(deliveries_, position, {}, &Delivery::end_sample);
  if (found != deliveries_.end()) return found->at;
  return deliveries_.empty() ? Clock::TimePoint{} : deliveries_.back().at;
}

}  // namespace voicestand::pipeline
