#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "voicestand/nn/moonshine_stem.h"
#include "voicestand/nn/token_alignment.h"

namespace voicestand::speech {

// Where voice is, frame by frame, by loudness alone: against the loudest and the quietest that the same clip has.
// Thread: one at a time.
class FrameVoice {
 public:
  // Real-time: no.
  FrameVoice(std::size_t most_frames, const nn::FrameTiming& timing);

  // Real-time: bounded, allocates nothing. Looks at `frames` of them, at most as many as there may be. Samples that are
  // not finite are taken for silence.
  void hear(std::span<const float> samples, std::size_t frames) noexcept;

  // Real-time: yes. Of what was heard last, frame by frame: from -1, silence, to 1, voice; near 0 throughout where the
  // loudness hardly varies.
  [[nodiscard]] std::span<const float> voice() const noexcept { return std::span(voice_).first(frames_); }

  // Real-time: bounded. A word's stretch of what was heard last, without what is much quieter at its beginning and its
  // end than the word is: at least a frame is left.
  [[nodiscard]] nn::Stretch without_pauses(nn::Stretch word) const noexcept;

 private:
  nn::FrameTiming timing_;
  std::size_t frames_ = 0;
  std::vector<float> decibels_;
  std::vector<float> voice_;  // first the decibels in order
};

}  // namespace voicestand::speech
