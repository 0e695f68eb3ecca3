#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/nn/token_alignment.h"
#include "voicestand/nn/tokenizer.h"

namespace voicestand::nn {

// The word that tokens [begin, end) spell, punctuation included.
struct TokenWord {
  std::size_t begin;
  std::size_t end;
  std::string text;  // not empty, in valid UTF-8
};

// Thread: any. Real-time: no. A word begins with each token that begins with a space. Each token is part of one word;
// joined with single spaces they are Tokenizer::text(), but for spaces that it has several of in a row.
[[nodiscard]] std::vector<TokenWord> words_of(const Tokenizer& tokenizer, std::span<const Token> tokens);

// Unspoken where there is no letter and no digit in it. Thread: any. Real-time: yes.
[[nodiscard]] Voicing voicing_of(std::string_view bytes) noexcept;

}  // namespace voicestand::nn
