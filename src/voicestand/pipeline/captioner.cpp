#include "voicestand/pipeline/captioner.h"

#include <algorithm>
#include <utility>

#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::pipeline {
namespace {

// A first hypothesis earlier than this would rest on a fragment of a word. Counted from the detection of speech, which
// itself comes some 100 ms after the onset.
constexpr std::chrono::milliseconds kFirstPartialAfter{200};

// When nothing was made out yet, soon there is more to hear.
constexpr std::chrono::milliseconds kNextAttemptAfter{100};

// Partials may use at most one part in so many of the recognition thread's time.
constexpr int kPartialLoadDivisor = 3;

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

double milliseconds(Clock::Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

void Captioner::speech(SpeechEvent event, Clock::TimePoint now) {
  if (config_.restraint != nullptr) restraint_ = config_.restraint->level();
  std::visit(Overloaded{
                 [&](const SegmentStarted& started) { open(started, now); },
                 [&](SegmentAudio& audio) {
                   if (!segments_.empty()) segments_.back().append(std::move(audio));
                 },
                 [&](const SegmentPaused& paused) {
                   if (!segments_.empty()) segments_.back().pause(paused.speech_end_sample);
                 },
                 [&](const SegmentResumed&) {
                   if (!segments_.empty()) segments_.back().resume();
                 },
                 [&](const SegmentEnded& ended) {
                   if (!segments_.empty()) segments_.back().end(ended);
                 },
                 [&](const Released& released) { released_at_ = released.at; },
             },
             event);
  finish_front(now);
}

void Captioner::open(const SegmentStarted& started, Clock::TimePoint now) {
  segments_.emplace_back(started, now, now + kFirstPartialAfter);
}

bool Captioner::needs_decode(const Segment& segment) const {
  return segment.ended() && segment.final_end() > segment.start_sample() &&
         !segment.heard_until(segment.final_end(), careful());
}

std::optional<Captioner::Job> Captioner::next_job(Clock::TimePoint now) const {
  if (segments_.empty()) return std::nullopt;
  const Segment& segment = segments_.front();
  const bool final = needs_decode(segment);
  // At a short pause, what would be the text if speech ended there.
  std::uint64_t pause_end = 0;
  if (!segment.ended() && segment.quiet_since()) pause_end = segment.settled_end(*segment.quiet_since());
  const bool with_care = careful() && (final || segment.pause_lasts());
  const bool speculative =
      pause_end > 0 && pause_end <= segment.end_sample() && !segment.heard_until(pause_end, with_care);
  // Where speech has just fallen silent, a partial would only be in the way of the speculative decode.
  const bool speaking = !segment.ended() && !segment.quiet_since() && segment.growing();
  const bool partial = partials() && speaking && now >= segment.next_partial_at();
  std::uint64_t end = final ? segment.final_end() : speculative ? pause_end : segment.end_sample();
  const bool wanted = (final || speculative || partial) && end > segment.start_sample();
  const bool settling =
      settles() &&
      (final || speculative ? segment.settles_before(end) : speaking && segment.end_sample() >= segment.settling_end());
  if (!wanted && !settling) return std::nullopt;
  if (settling) end = segment.settling_end();
  return Job{
      .end_sample = end,
      .audio = segment.audio(end),
      .draft = segment.latest() ? &segment.latest()->hypothesis : nullptr,
      .continuation = segment.continuation(end),
      .partial = !final && !speculative,
      .final = final,
      .settles = settling,
      .careful = (final || speculative) && with_care,
      .heard = segment.heard_until(end, false) && !segment.latest()->failed ? &segment.latest()->hypothesis : nullptr,
      .started_at = now};
}

std::optional<Clock::TimePoint> Captioner::next_deadline() const {
  if (segments_.empty() || !partials()) return std::nullopt;
  const Segment& segment = segments_.front();
  // Where it does not grow, the next speech event comes first.
  if (segment.ended() || segment.quiet_since() || !segment.growing()) return std::nullopt;
  return segment.next_partial_at();
}

void Captioner::hypothesis(const Job& job, Result<speech::Hypothesis> result, Clock::TimePoint now) {
  if (segments_.empty()) return;
  Segment& segment = segments_.front();
  if (job.partial && !result && result.error().code == Errc::kInterrupted) return;  // something more urgent is due
  // The recogniser has tried failing audio twice by now; asking again would hold up what is said next. What is known of
  // it already stays.
  Segment::Decoded decoded{.end_sample = job.end_sample, .careful = job.careful, .failed = !result, .hypothesis = {}};
  if (result) {
    decoded.hypothesis = std::move(*result);
  } else {
    if (segment.latest()) decoded.hypothesis = segment.latest()->hypothesis;
    if (result.error().code != Errc::kInterrupted) sink_.on_event(Failure{std::move(result.error())});
  }
  if (job.settles) {
    segment.settle(decoded.failed ? speech::Hypothesis{} : decoded.hypothesis);
    if (segment.latest() && segment.latest()->end_sample > job.end_sample) return;  // more has been heard already
  }
  const auto interval = decoded.hypothesis.text.empty() ? std::min(kNextAttemptAfter, config_.partial_interval)
                                                        : config_.partial_interval;
  segment.decoded(std::move(decoded));
  const auto apart = std::max<Clock::Duration>(interval, kPartialLoadDivisor * (now - job.started_at));
  segment.next_partial_at(job.started_at + apart * (1U << static_cast<unsigned>(restraint_)));
  if (!segment.ended() && partials()) say_partial(segment, now);
  finish_front(now);
}

void Captioner::say_partial(const Segment& segment, Clock::TimePoint now) {
  if (!utterance_) utterance_.emplace(segment.utterance(), segment.start_sample());
  Partial partial = utterance_->partial(segment);
  if (partial.text.empty()) return;
  if (const auto delivered = segment.onset_delivered_at()) utterance_->shown(now - *delivered);
  partial.lag_ms = milliseconds(now - segment.delivered_at(segment.latest()->end_sample));
  sink_.on_event(std::move(partial));
}

void Captioner::finish_front(Clock::TimePoint now) {
  while (!segments_.empty() && segments_.front().ended() && !needs_decode(segments_.front())) {
    const Segment& segment = segments_.front();
    if (!utterance_) utterance_.emplace(segment.utterance(), segment.start_sample());
    utterance_->take(segment);
    segments_.pop_front();
    if (!config_.push_to_talk) finish_utterance(now);
  }
  if (config_.push_to_talk && released_at_ && segments_.empty() && utterance_) finish_utterance(now);
}

void Captioner::finish_utterance(Clock::TimePoint now) {
  if (utterance_->worth_saying()) {
    Final final = utterance_->final();
    if (const auto spoken = utterance_->speech_end_delivered_at())
      final.latency.speech_end_to_final_ms = milliseconds(now - *spoken);
    if (config_.push_to_talk && released_at_) final.latency.release_to_final_ms = milliseconds(now - *released_at_);
    final.settled_at = now;
    sink_.on_event(std::move(final));
  }
  utterance_.reset();
  released_at_.reset();
}

}  // namespace voicestand::pipeline
