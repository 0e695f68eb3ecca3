#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "voicestand/speech/recognizer.h"

namespace voicestand::speech {

// How to go on hearing behind words that are settled, so that what is heard at once stays short however long somebody
// speaks without a pause: the audio from a word on, of which the first words are known. An engine that is told how the
// text begins neither starts a sentence there nor hears the cut word as another.
struct Continuation {
  std::size_t first_sample = 0;      // of the audio; what lies before it is not heard again
  Hypothesis before;                 // what was said there
  std::vector<std::uint32_t> begun;  // tokens of the words at `first_sample` that are known
  std::vector<Word> known;           // these words, as they were heard with what lies before them
};

// Thread: any. Real-time: no. How to go on behind `heard`, which is of the first `samples` of some audio. Its last
// words, which were heard without what follows them, are left open. Nothing where too little of it is settled to be
// worth it, or the engine does not know its words and tokens.
[[nodiscard]] std::optional<Continuation> continuation_of(const Hypothesis& heard, std::size_t samples);

// Thread: any. Real-time: no. What was said in all the audio: `on` is what was heard from `first_sample` on, and its
// text begins with the words that are known.
[[nodiscard]] Hypothesis joined(const Continuation& continuation, Hypothesis on);

}  // namespace voicestand::speech
