#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "voicestand/base/result.h"
#include "voicestand/nn/token_trie.h"
#include "voicestand/nn/tokenizer.h"

namespace voicestand::nn {

inline constexpr std::size_t kMostListedWords = 2'000;
inline constexpr std::size_t kMostListedWordBytes = 100;

// The log-probability, in nats, that a listed word may lie behind what would be said without the list: it is written
// where it is no less than a twentieth as likely. Found by measurement (docs/adr/0004-native-recogniser.md).
inline constexpr float kListedStrength = 3;

// The words or phrases as a model spells them, each as it is given and with its first letter, where that is one of
// English, as a sentence begins. Thread: any. Real-time: no. Errors: kUsage for more than kMostListedWords, and for one
// that is longer than kMostListedWordBytes or says nothing in the model's vocabulary.
[[nodiscard]] Result<TokenTrie> trie_of(const Tokenizer& tokenizer, std::span<const std::string> words,
                                        float strength = kListedStrength);

}  // namespace voicestand::nn
