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

constexpr float kSilence = 1e-10F;

float decibels(std::span<const float> samples) noexcept {
  float energy = 0;
  for (const float sample : samples) energy += std::isfinite(sample) ? sample * sample : 0;
  const auto count = static_cast<float>(std::max<std::size_t>(samples.size(), 1));
  return 10 * std::log10(std::min(energy / count, 1.0F) + kSilence);
}

}  // namespace

FrameVoice::FrameVoice(std::size_t most_frames, const nn::FrameTiming& timing)
    : timing_(timing), voice_(most_frames), sorted_(most_frames) {}

std::span<const float> FrameVoice::of(std::span<const float> samples, std::size_t frames) noexcept {
  frames = std::min(frames, voice_.size());
  if (frames == 0) return {};
  const std::span<float> voice = std::span(voice_).first(frames);
  for (std::size_t frame = 0; frame < frames; ++frame) {
    const std::size_t begin = std::min(timing_.first + frame * timing_.samples, samples.size());
    voice[frame] = decibels(samples.subspan(begin, std::min(timing_.samples, samples.size() - begin)));
  }
  const std::span<float> sorted = std::span(sorted_).first(frames);
  std::ranges::copy(voice, sorted.begin());
  std::ranges::sort(sorted);
  const float low = sorted[frames / 10];
  const float high = sorted[frames - 1 - frames / 20];
  const float range = std::max(high - low, 1.0F);
  const float clear = std::min((high - low) / kClearDecibels, 1.0F);
  constexpr float kMiddle = (kSilentShare + kVoicedShare) / 2;
  for (float& value : voice) {
    const float share = (value - low) / range;
    value = clear * std::clamp((share - kMiddle) / (kVoicedShare - kMiddle), -1.0F, 1.0F);
  }
  return voice;
}

}  // namespace voicestand::speech
