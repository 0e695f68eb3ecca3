#include "voicestand/speech/frame_voice.h"

#include <algorithm>
#include <cmath>

namespace voicestand::speech {
namespace {

// Loudness in decibels between those that a tenth and 19 of 20 frames are below: voice from the upper share on, silence
// up to the lower.
constexpr float kSilentShare = 0.1F;
constexpr float kVoicedShare = 0.5F;
// What lies less than this apart is hardly told apart.
constexpr float kClearDecibels = 20;

// A word begins and ends where it is so much quieter than its loudest frame: it dies away more slowly than it begins.
constexpr float kOnsetDecibels = 20;
constexpr float kReleaseDecibels = 25;

constexpr float kSilence = 1e-10F;

float decibels(std::span<const float> samples) noexcept {
  float energy = 0;
  for (const float sample : samples) energy += std::isfinite(sample) ? sample * sample : 0;
  const auto count = static_cast<float>(std::max<std::size_t>(samples.size(), 1));
  return 10 * std::log10(std::min(energy / count, 1.0F) + kSilence);
}

}  // namespace

FrameVoice::FrameVoice(std::size_t most_frames, const nn::FrameTiming& timing)
    : timing_(timing), decibels_(most_frames), voice_(most_frames) {}

void FrameVoice::hear(std::span<const float> samples, std::size_t frames) noexcept {
  frames_ = std::min(frames, voice_.size());
  if (frames_ == 0) return;
  for (std::size_t frame = 0; frame < frames_; ++frame) {
    const std::size_t begin = std::min(timing_.first + frame * timing_.samples, samples.size());
    decibels_[frame] = decibels(samples.subspan(begin, std::min(timing_.samples, samples.size() - begin)));
  }
  const std::span<float> sorted = std::span(voice_).first(frames_);
  std::copy_n(decibels_.begin(), frames_, sorted.begin());
  std::ranges::sort(sorted);
  const float low = sorted[frames_ / 10];
  const float high = sorted[frames_ - 1 - frames_ / 20];
  const float range = std::max(high - low, 1.0F);
  const float clear = std::clamp((high - low) / kClearDecibels, 0.0F, 1.0F);
  constexpr float kMiddle = (kSilentShare + kVoicedShare) / 2;
  for (std::size_t frame = 0; frame < frames_; ++frame) {
    const float share = (decibels_[frame] - low) / range;
    voice_[frame] = clear * std::clamp((share - kMiddle) / (kVoicedShare - kMiddle), -1.0F, 1.0F);
  }
}

nn::Stretch FrameVoice::without_pauses(nn::Stretch word) const noexcept {
  if (word.begin >= word.end || word.end > frames_) return word;
  const float peak = *std::max_element(decibels_.begin() + static_cast<std::ptrdiff_t>(word.begin),
                                       decibels_.begin() + static_cast<std::ptrdiff_t>(word.end));
  while (decibels_[word.begin] < peak - kOnsetDecibels) ++word.begin;
  while (decibels_[word.end - 1] < peak - kReleaseDecibels) --word.end;
  return word;
}

}  // namespace voicestand::speech
