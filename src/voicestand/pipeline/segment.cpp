#include "voicestand/pipeline/segment.h"

#include <algorithm>
#include <utility>

#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::pipeline {
namespace {

// Silence after the last speech that a hypothesis must have heard to stand for the whole segment. Detection places the
// end of speech at a window's edge; this is three windows more.
constexpr std::uint64_t kSettlingSamples = 3 * speech::kWindowSamples;

}  // namespace

Segment::Segment(const SegmentStarted& started, Clock::TimePoint first_partial_at)
    : utterance_(started.utterance),
      start_sample_(started.start_sample),
      onset_sample_(started.onset_sample),
      end_sample_(started.start_sample),
      next_partial_at_(first_partial_at) {}

void Segment::append(SegmentAudio audio) {
  end_sample_ += audio.samples.size();
  deliveries_.push_back({end_sample_, audio.delivered_at});
  speaking_ = audio.speaking;
  if (audio_.empty() || !audio_.back().absorb(audio.samples)) audio_.push_back(std::move(audio.samples));
}

speech::AudioView Segment::audio() const {
  speech::AudioView view;
  for (const auto& piece : audio_) view.append(piece.samples());
  return view;
}

void Segment::end(const SegmentEnded& ended) {
  ended_ = ended;
  if (ended.end_sample < start_sample_ || ended.end_sample >= end_sample_) return;
  while (!audio_.empty() && end_sample_ - audio_.back().size() >= ended.end_sample) {
    end_sample_ -= audio_.back().size();
    audio_.pop_back();
  }
  if (audio_.empty()) return;
  audio_.back().shorten(audio_.back().size() - (end_sample_ - ended.end_sample));
  end_sample_ = ended.end_sample;
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
