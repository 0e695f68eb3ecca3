#include "voicestand/speech/confidence.h"

#include <algorithm>
#include <cmath>

namespace voicestand::speech {
namespace {

// confidence = logistic(kOffset + kSlope * logit(probability)).
constexpr float kOffset = 0;
constexpr float kSlope = 1;

}  // namespace

float confidence_of_word(std::span<const float> log_probabilities) noexcept {
  if (log_probabilities.empty()) return 0;
  const float least = std::clamp(std::ranges::min(log_probabilities), -30.0F, -1e-6F);
  const float logit = least - std::log(-std::expm1(least));
  return 1 / (1 + std::exp(-(kOffset + kSlope * logit)));
}

float confidence_of_text(std::span<const Word> words) noexcept {
  if (words.empty()) return 0;
  float sum = 0;
  for (const Word& word : words) sum += word.confidence.value_or(0);
  return sum / static_cast<float>(words.size());
}

}  // namespace voicestand::speech
