#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "voicestand/nn/moonshine_stem.h"

namespace voicestand::speech {

// Where voice is, frame by frame, by loudness alone: against the loudest and the quietest that the same clip has.
// Thread: one at a time.
class FrameVoice {
 public:
  // Real-time: no.
  FrameVoice(std::size_t most_frames, const nn::FrameTiming& timing);

  // Real-time: bounded, allocates nothing. For each of `frames`, at most as many as there may be: from -1, silence, to
  // 1, voice; near 0 throughout where the loudness hardly varies. Lasts until the next call. Samples that are not
  // finite are taken for silence.
  [[nodiscard]] std::span<const float> of(std::span<const float> samples, std::size_t frames) noexcept;

 private:
  nn::FrameTiming timing_;
  std::vector<float> voice_;
  std::vector<float> sorted_;
};

}  // namespace voicestand::speech
