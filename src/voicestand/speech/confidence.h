#pragma once

#include <span>

#include "voicestand/speech/recognizer.h"

namespace voicestand::speech {

// How often a word of such a probability, the product of its tokens', is right: of the words that get 0.8, 8 of 10.
// The logarithm of it in, from 0 to 1 out. Thread: any. Real-time: yes.
[[nodiscard]] float confidence_of_word(float log_probability) noexcept;

// The share of the words that are right, as far as is known: their mean confidence. 0 for no words.
[[nodiscard]] float confidence_of_text(std::span<const Word> words) noexcept;

}  // namespace voicestand::speech
