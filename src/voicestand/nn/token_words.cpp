#include "voicestand/nn/token_words.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace voicestand::nn {

std::vector<TokenWord> words_of(const Tokenizer& tokenizer, std::span<const Token> tokens) {
  std::vector<TokenWord> words;
  for (std::size_t begin = 0, end = 0; begin < tokens.size(); begin = end) {
    do {
      ++end;
    } while (end < tokens.size() && !tokenizer.bytes(tokens[end]).starts_with(' '));
    std::string text = tokenizer.text(tokens.subspan(begin, end - begin));
    if (!text.empty()) {
      // Spaces alone in front of the first word are its own.
      words.push_back({.begin = words.empty() ? 0 : begin, .end = end, .text = std::move(text)});
    } else if (!words.empty()) {
      words.back().end = end;
    }
  }
  return words;
}

Voicing voicing_of(std::string_view bytes) noexcept {
  const auto spoken = [](char byte) {
    const auto code = static_cast<unsigned char>(byte);
    return code >= 0x80 || (code >= '0' && code <= '9') || ((code | 0x20U) >= 'a' && (code | 0x20U) <= 'z');
  };
  return std::ranges::any_of(bytes, spoken) ? Voicing::kSpoken : Voicing::kUnspoken;
}

}  // namespace voicestand::nn
