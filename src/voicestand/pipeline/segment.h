#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "voicestand/base/clock.h"
#include "voicestand/pipeline/speech_event.h"
#include "voicestand/speech/audio_block.h"
#include "voicestand/speech/audio_view.h"
#include "voicestand/speech/continuation.h"
#include "voicestand/speech/recognizer.h"

namespace voicestand::pipeline {

// A stretch of speech on its way to text: its audio so far, when each part was delivered, and the latest hypothesis.
// Thread: recognition. Real-time: no.
class Segment {
 public:
  // What the recogniser made of the audio up to `end_sample`.
  struct Decoded {
    std::uint64_t end_sample = 0;
    bool careful = false;
    bool failed = false;  // then it is what was made of less
    speech::Hypothesis hypothesis;
  };

  Segment(const SegmentStarted& started, Clock::TimePoint opened_at, Clock::TimePoint first_partial_at);

  void append(SegmentAudio audio);
  void pause(std::uint64_t speech_end_sample) { quiet_since_ = speech_end_sample; }
  void resume() { quiet_since_.reset(); }
  void end(const SegmentEnded& ended);
  void decoded(Decoded result) { latest_ = std::move(result); }
  // What was made of the audio up to settling_end(): some of its words may stay, whatever comes.
  void settle(const speech::Hypothesis& heard);
  void next_partial_at(Clock::TimePoint at) { next_partial_at_ = at; }

  [[nodiscard]] const SegmentStarted& started() const { return started_; }
  [[nodiscard]] std::uint64_t utterance() const { return started_.utterance; }
  [[nodiscard]] std::uint64_t start_sample() const { return started_.start_sample; }
  [[nodiscard]] std::uint64_t onset_sample() const { return started_.onset_sample; }
  [[nodiscard]] std::uint64_t end_sample() const { return end_sample_; }
  // When it was found that speech had begun, and when its first sample had been delivered, if that is known.
  [[nodiscard]] Clock::TimePoint opened_at() const { return opened_at_; }
  [[nodiscard]] std::optional<Clock::TimePoint> onset_delivered_at() const {
    return started_.onset_delivered_at == SegmentStarted::kUnknown ? std::nullopt
                                                                   : std::optional(started_.onset_delivered_at);
  }
  // Up to `end_sample`, at most all. Valid until the next append() or end().
  [[nodiscard]] speech::AudioView audio(std::uint64_t end_sample) const;
  [[nodiscard]] const std::optional<SegmentEnded>& ended() const { return ended_; }
  [[nodiscard]] const std::optional<std::uint64_t>& quiet_since() const { return quiet_since_; }
  // Speech is coming in, and some of it has not been decoded.
  [[nodiscard]] bool growing() const { return speaking_ && (!latest_ || end_sample() > latest_->end_sample); }
  // Nothing was heard from the end of its speech to its end: the speaker paused there.
  [[nodiscard]] bool ended_in_pause() const { return ended_ && quiet_since_ == ended_->speech_end_sample; }
  [[nodiscard]] const std::optional<Decoded>& latest() const { return latest_; }
  [[nodiscard]] Clock::TimePoint next_partial_at() const { return next_partial_at_; }

  // Where the audio ends that a decode is to hear when speech ended at `speech_end_sample`: after enough silence that
  // more would change nothing. The same however late the decode begins, so that the text does not depend on that.
  [[nodiscard]] std::uint64_t settled_end(std::uint64_t speech_end_sample) const;
  // Where the audio of the text that stays ends. It has ended.
  [[nodiscard]] std::uint64_t final_end() const;
  // Whether the latest hypothesis is of the audio up to `end_sample`, no less and no more, with care where it is asked
  // for.
  [[nodiscard]] bool heard_until(std::uint64_t end_sample, bool careful) const {
    return latest_ && latest_->end_sample == end_sample && (latest_->careful || !careful);
  }
  // Where the audio ends whose beginning settles next, as soon as it is there.
  [[nodiscard]] std::uint64_t settling_end() const { return settling_end_; }
  // Whether it has settled first, for what is said up to `end_sample` to be heard. That depends on nothing but the
  // audio.
  [[nodiscard]] bool settles_before(std::uint64_t end_sample) const;
  // How the audio up to `end_sample` is heard; nullptr: from the beginning. Valid until the next settle().
  [[nodiscard]] const speech::Continuation* continuation(std::uint64_t end_sample) const;

  // There has been silence for so long that speech may well have ended.
  [[nodiscard]] bool pause_lasts() const;

  // When the sample before `position` was delivered; the latest delivery for what has not come yet.
  [[nodiscard]] Clock::TimePoint delivered_at(std::uint64_t position) const;

 private:
  struct Delivery {
    std::uint64_t end_sample;
    Clock::TimePoint at;
  };

  struct Settled {
    std::uint64_t end_sample;  // what was heard for it
    speech::Continuation continuation;
  };

  SegmentStarted started_;
  std::uint64_t end_sample_;
  Clock::TimePoint opened_at_;
  std::vector<speech::AudioPiece> audio_;
  std::deque<Delivery> deliveries_;
  bool speaking_ = true;
  std::optional<std::uint64_t> quiet_since_;
  std::optional<SegmentEnded> ended_;
  std::optional<Decoded> latest_;
  std::deque<Settled> settled_;
  std::uint64_t settling_end_;
  Clock::TimePoint next_partial_at_;
};

}  // namespace voicestand::pipeline
