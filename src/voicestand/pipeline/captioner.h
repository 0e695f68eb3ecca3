#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "voicestand/base/clock.h"
#include "voicestand/pipeline/event.h"
#include "voicestand/pipeline/restraint.h"
#include "voicestand/pipeline/segment.h"
#include "voicestand/pipeline/speech_event.h"
#include "voicestand/pipeline/utterance.h"
#include "voicestand/speech/audio_view.h"

namespace voicestand::pipeline {

// Decides what to decode next and what to say: partials while one speaks, a speculative decode at each short pause, and
// with care when it lasts, a final when the endpoint comes. Passive: no thread and no clock of its own, so that its
// rules are tested in virtual time. Thread: recognition. Real-time: no.
class Captioner {
 public:
  struct Config {
    bool partials = true;
    std::chrono::milliseconds partial_interval{400};  // from one partial's start to the next; longer on a slow machine
    bool push_to_talk = false;                        // one utterance until the release
    bool continues = false;                           // as the recogniser says of itself
    const Restraint* restraint = nullptr;             // outlives it; none: nothing is ever forgone
  };

  // What the recogniser is to decode now. The audio and the draft stay valid until hypothesis() is called.
  struct Job {
    std::uint64_t end_sample = 0;
    speech::AudioView audio;
    const speech::Hypothesis* draft = nullptr;           // what it made of the beginning, if anything
    const speech::Continuation* continuation = nullptr;  // how to go on behind what has settled
    bool partial = false;                                // of use only until speech takes its next turn
    bool final = false;                                  // speech has ended
    bool settles = false;                                // what is said there may settle
    bool careful = false;                                // there is time to hear it more than once
    const speech::Hypothesis* heard = nullptr;           // what it made of all of it without care, if that is known
    Clock::TimePoint started_at;
  };

  Captioner(const Config& config, EventSink& sink) : config_(config), sink_(sink) {}

  void speech(SpeechEvent event, Clock::TimePoint now);

  // The most urgent decode, if any is due: a final before a speculative one before a partial.
  [[nodiscard]] std::optional<Job> next_job(Clock::TimePoint now) const;

  // When next_job() may answer differently though nothing has been heard; nullopt: not before the next speech event.
  [[nodiscard]] std::optional<Clock::TimePoint> next_deadline() const;

  // The outcome of a job that next_job() gave. A partial may have been given up (kInterrupted).
  void hypothesis(const Job& job, Result<speech::Hypothesis> result, Clock::TimePoint now);

  // Speech that came after what is being decoded waits already.
  [[nodiscard]] bool behind() const { return segments_.size() > 1; }

  // All that was heard has been said.
  [[nodiscard]] bool idle() const { return segments_.empty() && !utterance_; }

 private:
  [[nodiscard]] bool needs_decode(const Segment& segment) const;
  // Whether a text that stays is heard with care: nobody has let go of a key and waits.
  [[nodiscard]] bool careful() const { return !config_.push_to_talk && restraint_ < Restraint::kWithoutCare; }
  [[nodiscard]] bool partials() const { return config_.partials && restraint_ < Restraint::kWithoutPartials; }
  // Whether of speech that goes on without a pause the beginning settles and is not heard again: who lets go of a key
  // waits for all that has to be.
  [[nodiscard]] bool settles() const { return config_.push_to_talk && config_.continues; }
  void open(const SegmentStarted& started, Clock::TimePoint now);
  void finish_front(Clock::TimePoint now);
  void finish_utterance(Clock::TimePoint now);
  void say_partial(const Segment& segment, Clock::TimePoint now);

  const Config config_;
  EventSink& sink_;
  std::deque<Segment> segments_;        // the front one is decoded first; later ones have begun meanwhile
  std::optional<Utterance> utterance_;  // of the front segment
  std::optional<Clock::TimePoint> released_at_;
  int restraint_ = 0;  // the same from one speech event to the next: what is due does not change unnoticed
};

}  // namespace voicestand::pipeline
