#include "voicestand/nn/listed_words.h"

#include <utility>
#include <vector>

namespace voicestand::nn {
namespace {

std::unexpected<Error> refuse(const std::string& what, const std::string& word) {
  return fail(Errc::kUsage, what, word.substr(0, kMostListedWordBytes), "take it off the list");
}

}  // namespace

Result<TokenTrie> trie_of(const Tokenizer& tokenizer, std::span<const std::string> words, float strength) {
  if (words.size() > kMostListedWords) {
    return fail(Errc::kUsage, std::to_string(words.size()) + " words are listed", "",
                "list " + std::to_string(kMostListedWords) + " at most");
  }
  std::vector<TokenTrie::Spelling> spellings;
  for (const std::string& word : words) {
    if (word.size() > kMostListedWordBytes) return refuse("a listed word of more than 100 bytes", word);
    std::vector<Token> tokens = tokenizer.tokens(word);
    if (tokenizer.text(tokens).empty()) return refuse("a listed word that the model cannot write", word);
    spellings.push_back({.tokens = std::move(tokens), .strength = strength});
    // Tokens begin with the space that is before a word, in a sentence and, as models are trained, at its beginning.
    const std::size_t first = word.find_first_not_of(" \t");
    if (first == std::string::npos || word[first] < 'a' || word[first] > 'z') continue;
    std::string capitalised = word;
    capitalised[first] = static_cast<char>(word[first] - 'a' + 'A');
    spellings.push_back({.tokens = tokenizer.tokens(capitalised), .strength = strength});
  }
  return TokenTrie(std::move(spellings));
}

}  // namespace voicestand::nn
