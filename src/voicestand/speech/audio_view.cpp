#include "voicestand/speech/audio_view.h"

#include <algorithm>

namespace voicestand::speech {

void AudioView::append(std::span<const float> samples) {
  if (samples.empty()) return;
  pieces_.push_back(samples);
  size_ += samples.size();
}

AudioView AudioView::between(std::size_t from, std::size_t to) const {
  AudioView part;
  std::size_t at = 0;
  for (const auto& piece : pieces_) {
    const std::size_t first = std::clamp(from, at, at + piece.size());
    const std::size_t last = std::clamp(to, first, at + piece.size());
    part.append(piece.subspan(first - at, last - first));
    at += piece.size();
  }
  return part;
}

void AudioView::copy_to(std::span<float> out) const noexcept {
  for (const auto& piece : pieces_) {
    const std::size_t count = std::min(piece.size(), out.size());
    std::copy_n(piece.begin(), count, out.begin());
    out = out.subspan(count);
  }
}

}  // namespace voicestand::speech
