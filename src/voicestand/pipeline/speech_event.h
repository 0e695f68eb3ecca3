#pragma once

#include <cstdint>
#include <variant>

#include "voicestand/base/clock.h"
#include "voicestand/speech/audio_block.h"
#include "voicestand/speech/segmenter.h"

// What voice detection passes on to recognition. Positions are 16 kHz samples from the start of the stream.
namespace voicestand::pipeline {

// Speech set in at `onset_sample`; the audio that follows begins at `start_sample` (pre-roll included).
struct SegmentStarted {
  std::uint64_t utterance = 0;  // several segments make one utterance under push-to-talk
  std::uint64_t start_sample = 0;
  std::uint64_t onset_sample = 0;
  // How the onset came here, where that is known: not where speech was cut and this began in the past.
  Clock::TimePoint onset_delivered_at = kUnknown;
  Clock::Duration onset_conditioning{};
  Clock::Duration onset_gathering{};  // nothing, where the input does not come in real time

  static constexpr Clock::TimePoint kUnknown = Clock::TimePoint::min();
};

// The open segment's next samples.
struct SegmentAudio {
  speech::AudioPiece samples;
  Clock::TimePoint delivered_at;  // of the last one
  bool speaking = true;           // whether there was speech in it to the end
};

// Nothing has been heard since `speech_end_sample`: long enough for a speculative decode.
struct SegmentPaused {
  std::uint64_t speech_end_sample = 0;
};

// It went on after all.
struct SegmentResumed {};

// The segment is over and ends at `end_sample`, which may lie before audio already passed on.
struct SegmentEnded {
  std::uint64_t end_sample = 0;
  std::uint64_t speech_end_sample = 0;
  speech::EndReason reason = speech::EndReason::kEndpoint;
  Clock::TimePoint decided_at;
};

// The key was released or the input ended, at this moment.
struct Released {
  Clock::TimePoint at;
};

using SpeechEvent = std::variant<SegmentStarted, SegmentAudio, SegmentPaused, SegmentResumed, SegmentEnded, Released>;

}  // namespace voicestand::pipeline
