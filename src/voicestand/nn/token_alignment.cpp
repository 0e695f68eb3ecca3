#include "voicestand/nn/token_alignment.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace voicestand::nn {
namespace {

// A frame that gets less attention than 0.015 from every token is better left free: the logarithm of that.
constexpr float kFreeScore = -4.200F;
// Added to attention: the least bit of it, which is dithered, should not decide, and none is not impossible.
constexpr float kLeastAttention = 0.003F;
// What it costs to take a frame for speech where there is no voice, or not to where there is. More would let words
// stick to the wrong side of a pause. (All three: the best on clips joined with silence of 0.5 to 1.2 s, both models.)
constexpr float kVoiceWeight = 2.0F;

constexpr float kImpossible = -std::numeric_limits<float>::infinity();

}  // namespace

TokenAlignment::TokenAlignment(const Limits& limits)
    : limits_(limits),
      totals_(2 * limits.tokens + 1),
      steps_(limits.frames * (2 * limits.tokens + 1)),
      stretches_(limits.tokens) {}

std::span<const Stretch> TokenAlignment::align(const Evidence& evidence) noexcept {
  const std::size_t frames = evidence.voice.size();
  const std::size_t tokens = evidence.tokens.size();
  if (tokens == 0 || tokens > frames || frames > limits_.frames || tokens > limits_.tokens) return {};
  std::fill_n(totals_.begin(), 2 * tokens + 1, kImpossible);
  // As if a free frame came before the first.
  totals_[0] = 0;
  for (std::size_t frame = 0; frame < frames; ++frame) step(evidence, frame);
  trace(frames, tokens);
  return std::span(stretches_).first(tokens);
}

void TokenAlignment::step(const Evidence& evidence, std::size_t frame) noexcept {
  const std::size_t frames = evidence.voice.size();
  const std::size_t tokens = evidence.tokens.size();
  const float voice = evidence.voice[frame];
  // What is not a number goes to 0 by the order of the arguments.
  const float missed = -kVoiceWeight * std::min(1.0F, std::max(0.0F, voice));
  const float imagined = -kVoiceWeight * std::min(1.0F, std::max(0.0F, -voice));
  std::uint8_t* const steps = steps_.data() + frame * (2 * limits_.tokens + 1);
  // From the last state on: what a state is reached from still holds the frame before.
  for (std::size_t token = tokens;; --token) {
    float& free = totals_[2 * token];
    const float left = token > 0 ? totals_[2 * token - 1] : kImpossible;
    steps[2 * token] = left > free ? 1 : 0;
    free = std::max(free, left) + kFreeScore + missed;
    if (token == 0) return;

    float& said = totals_[2 * token - 1];
    const float begun = totals_[2 * token - 2];
    const float next = token > 1 ? totals_[2 * token - 3] : kImpossible;
    float best = said;
    std::uint8_t from = 0;
    if (begun > best) {
      best = begun;
      from = 1;
    }
    if (next > best) {
      best = next;
      from = 2;
    }
    steps[2 * token - 1] = from;
    const float attention = evidence.attention[(token - 1) * frames + frame];
    said = best + std::log(std::min(1.0F, std::max(0.0F, attention)) + kLeastAttention) +
           (evidence.tokens[token - 1] == Voicing::kSpoken ? imagined : missed);
  }
}

void TokenAlignment::trace(std::size_t frames, std::size_t tokens) noexcept {
  std::size_t state = totals_[2 * tokens] > totals_[2 * tokens - 1] ? 2 * tokens : 2 * tokens - 1;
  for (std::size_t token = 0; token < tokens; ++token) stretches_[token].end = 0;
  for (std::size_t frame = frames; frame-- > 0;) {
    if (state % 2 == 1) {
      Stretch& stretch = stretches_[state / 2];
      if (stretch.end == 0) stretch.end = frame + 1;
      stretch.begin = frame;
    }
    state -= steps_[frame * (2 * limits_.tokens + 1) + state];
  }
}

}  // namespace voicestand::nn
