#include "voicestand/speech/confidence.h"

#include <algorithm>
#include <cmath>

namespace voicestand::speech {
namespace {

// confidence = logistic(kOffset + kSlope * logit(probability)): tools/calibrate_confidence.py, from read.tsv by both
// models.
constexpr float kOffset = 0.58F;
constexpr float kSlope = 0.85F;

// What lies outside is as good as impossible, or certain.
constexpr float kLeast = -30;
constexpr float kMost = -1e-6F;

}  // namespace

float confidence_of_word(float log_probability) noexcept {
  const float kept = std::clamp(log_probability, kLeast, kMost);
  const float logit = kept - std::log(-std::expm1(kept));
  return 1 / (1 + std::exp(-(kOffset + kSlope * logit)));
}

float confidence_of_text(std::span<const Word> words) noexcept {
  if (words.empty()) return 0;
  float sum = 0;
  for (const Word& word : words) sum += word.confidence.value_or(0);
  return sum / static_cast<float>(words.size());
}

}  // namespace voicestand::speech
