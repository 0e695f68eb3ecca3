#include "voicestand/nn/token_trie.h"

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::nn {
namespace {

bool begins_with(const std::vector<Token>& text, const std::vector<Token>& beginning) {
  return text.size() >= beginning.size() && std::equal(beginning.begin(), beginning.end(), text.begin());
}

TEST(TokenTrie, OfNothingIsEmpty) {
  const TokenTrie trie({});
  EXPECT_TRUE(trie.empty());
  EXPECT_TRUE(trie.next(TokenTrie::kRoot).empty());
  EXPECT_LT(trie.strength(TokenTrie::kRoot), 0);
  EXPECT_LT(trie.most_strength(TokenTrie::kRoot), 0);
  EXPECT_TRUE(TokenTrie({{.tokens = {}, .strength = 3}, {.tokens = {7}, .strength = -1}}).empty());
}

// At each beginning of a spelling, against looking through all of them.
RC_GTEST_PROP(TokenTrie, HoldsItsSpellingsAndNoOthers, ()) {
  const auto token =
      rc::gen::weightedOneOf<Token>({{9, rc::gen::inRange<Token>(0, 4)}, {1, rc::gen::arbitrary<Token>()}});
  const auto spellings = *rc::gen::container<std::vector<TokenTrie::Spelling>>(rc::gen::build<TokenTrie::Spelling>(
      rc::gen::set(&TokenTrie::Spelling::tokens, rc::gen::container<std::vector<Token>>(token)),
      rc::gen::set(&TokenTrie::Spelling::strength,
                   rc::gen::map(rc::gen::inRange(0, 9), [](int i) { return static_cast<float>(i); }))));
  const TokenTrie trie(spellings);
  for (const auto& spelling : spellings) {
    TokenTrie::Node node = TokenTrie::kRoot;
    std::vector<Token> beginning;
    for (std::size_t length = 0;; ++length) {
      std::set<Token> next;
      float strength = -1;
      float most = -1;
      for (const auto& other : spellings) {
        if (other.tokens.empty() || !begins_with(other.tokens, beginning)) continue;
        most = std::max(most, other.strength);
        if (other.tokens.size() == length) strength = std::max(strength, other.strength);
        if (other.tokens.size() > length) next.insert(other.tokens[length]);
      }
      const auto follow = trie.next(node);
      RC_ASSERT(std::vector<Token>(follow.begin(), follow.end()) == std::vector<Token>(next.begin(), next.end()));
      RC_ASSERT(trie.strength(node) == strength);
      RC_ASSERT(trie.most_strength(node) == most);
      if (length == spelling.tokens.size()) break;
      node = trie.follow(node, spelling.tokens[length]);
      beginning.push_back(spelling.tokens[length]);
    }
  }
}

}  // namespace
}  // namespace voicestand::nn
