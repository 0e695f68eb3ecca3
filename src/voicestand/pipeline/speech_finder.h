#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "voicestand/base/realtime.h"
#include "voicestand/dsp/level_meter.h"
#include "voicestand/dsp/level_normaliser.h"
#include "voicestand/rt/block_pool.h"
#include "voicestand/speech/segmenter.h"
#include "voicestand/speech/speech_history.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::pipeline {

// Finds speech in 16 kHz audio, window by window: level, detector and segmenter, and the audio that they speak of.
// Thread: one at a time.
class SpeechFinder {
 public:
  using Window = std::span<const float, speech::kWindowSamples>;

  struct Heard {
    speech::SegmentEvents events;
    dsp::Level level;
    float probability = 0;  // of speech
  };

  // Real-time: no, allocates. `pool` and `detector` outlive it.
  SpeechFinder(rt::BlockPool& pool, speech::VoiceActivityDetector& detector, const speech::Segmenter& segmenter);

  // Real-time: as AudioBlock::create(). Before each feed(); false where there is no memory to keep the window in.
  [[nodiscard]] bool make_room() noexcept { return history_.make_room(speech::kWindowSamples); }
  // Real-time: yes, bounded.
  [[nodiscard]] Heard feed(Window window) noexcept VS_REALTIME;
  // Real-time: as AudioBlock::release(). Gives back the audio that no segment can need any more, but for what follows
  // `needed_from`.
  void forget(std::uint64_t needed_from) noexcept;
  // Likewise. Gives all audio back: nobody asks for any.
  void forget_all() noexcept { history_.forget_before(history_.end()); }

  // Real-time: yes. As the segmenter's.
  [[nodiscard]] speech::SegmentEvents finish(std::uint64_t end_of_input) noexcept VS_REALTIME {
    return segmenter_.finish(end_of_input);
  }
  // Real-time: yes. The next window owes nothing to what was before, after a gap in the audio.
  void forget_context() noexcept VS_REALTIME;

  // Real-time: yes.
  [[nodiscard]] const speech::SpeechHistory& history() const noexcept VS_REALTIME { return history_; }
  [[nodiscard]] bool speech_active() const noexcept VS_REALTIME { return segmenter_.speech_active(); }

 private:
  speech::VoiceActivityDetector& detector_;
  speech::Segmenter segmenter_;
  speech::SpeechHistory history_;
  dsp::LevelMeter level_meter_;
  dsp::LevelNormaliser normaliser_;
};

}  // namespace voicestand::pipeline
