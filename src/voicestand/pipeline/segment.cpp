#include "voicestand/pipeline/segment.h"

#include <algorithm>
#include <utility>

#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::pipeline {
namespace {

// Silence after the last speech that the recogniser hears with it. Detection places the end of speech at a window's
// edge; this is three windows more, which are there when a short pause is noticed.
constexpr std::uint64_t kQuietSamples = 3 * speech::kWindowSamples;

// Most pauses within a sentence are shorter.
constexpr std::uint64_t kLastingPauseSamples = 8 * speech::kWindowSamples;

// Speech that goes on for so long without a pause has its beginning settled: what is heard at once, and has to be on
// release, is this and what follows until it is in force.
constexpr std::uint64_t kSettleSamples = 5 * speech::kSampleRateHz;
// A part of speech that ends sooner is heard as a whole; until then there is time to settle it.
constexpr std::uint64_t kInForceAfterSamples = 600 * speech::kSampleRateHz / 1'000;
// Where nothing could be settled, so much later is another chance.
constexpr std::uint64_t kNextChanceSamples = 1 * speech::kSampleRateHz;

}  // namespace

Segment::Segment(const SegmentStarted& started, Clock::TimePoint opened_at, Clock::TimePoint first_partial_at)
    : started_(started),
      end_sample_(started.start_sample),
      opened_at_(opened_at),
      settling_end_(started.start_sample + kSettleSamples),
      next_partial_at_(first_partial_at) {}

void Segment::append(SegmentAudio audio) {
  end_sample_ += audio.samples.size();
  deliveries_.push_back({end_sample_, audio.delivered_at});
  speaking_ = audio.speaking;
  if (audio_.empty() || !audio_.back().absorb(audio.samples)) audio_.push_back(std::move(audio.samples));
}

speech::AudioView Segment::audio(std::uint64_t end_sample) const {
  speech::AudioView view;
  std::uint64_t left = std::min(end_sample, end_sample_) - start_sample();
  for (const auto& piece : audio_) {
    const auto samples = piece.samples().first(std::min<std::uint64_t>(left, piece.size()));
    view.append(samples);
    left -= samples.size();
  }
  return view;
}

void Segment::end(const SegmentEnded& ended) {
  ended_ = ended;
  if (ended.end_sample < start_sample() || ended.end_sample >= end_sample_) return;
  while (!audio_.empty() && end_sample_ - audio_.back().size() >= ended.end_sample) {
    end_sample_ -= audio_.back().size();
    audio_.pop_back();
  }
  if (audio_.empty()) return;
  audio_.back().shorten(audio_.back().size() - (end_sample_ - ended.end_sample));
  end_sample_ = ended.end_sample;
}

std::uint64_t Segment::settled_end(std::uint64_t speech_end_sample) const {
  const std::uint64_t settled = speech_end_sample + kQuietSamples;
  return ended_ ? std::min(settled, ended_->end_sample) : settled;
}

void Segment::settle(const speech::Hypothesis& heard) {
  auto continuation = speech::continuation_of(heard, settling_end_ - start_sample());
  const std::uint64_t next = continuation ? start_sample() + continuation->first_sample + kSettleSamples : 0;
  if (next <= settling_end_) {
    settling_end_ += kNextChanceSamples;
    return;
  }
  settled_.push_back({.end_sample = std::exchange(settling_end_, next), .continuation = std::move(*continuation)});
}

bool Segment::settles_before(std::uint64_t end_sample) const {
  return end_sample > settling_end_ + kInForceAfterSamples;
}

const speech::Continuation* Segment::continuation(std::uint64_t end_sample) const {
  const auto in_force = std::ranges::find_if(settled_.rbegin(), settled_.rend(), [&](const Settled& settled) {
    return end_sample > settled.end_sample + kInForceAfterSamples;
  });
  return in_force == settled_.rend() ? nullptr : &in_force->continuation;
}

bool Segment::pause_lasts() const {
  return quiet_since_ && end_sample_ >= *quiet_since_ + kLastingPauseSamples;
}

std::uint64_t Segment::final_end() const {
  // A cut in the middle of speech is made where the next segment begins.
  const bool goes_on = ended_->reason == speech::EndReason::kCut && !ended_in_pause();
  return std::min(end_sample_, goes_on ? ended_->end_sample : settled_end(ended_->speech_end_sample));
}

Clock::TimePoint Segment::delivered_at(std::uint64_t position) const {
  const auto found = std::ranges::lower_bound(deliveries_, position, {}, &Delivery::end_sample);
  if (found != deliveries_.end()) return found->at;
  return deliveries_.empty() ? Clock::TimePoint{} : deliveries_.back().at;
}

}  // namespace voicestand::pipeline
