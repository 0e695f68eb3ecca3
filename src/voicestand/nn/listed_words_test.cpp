#include "voicestand/nn/listed_words.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "voicestand/nn/tokenizer_test_json.h"

namespace voicestand::nn {
namespace {

class ListedWordsTest : public testing::Test {
 protected:
  // The strength of the text's own spelling; below 0 where it is not listed.
  float strength(const TokenTrie& trie, std::string_view text) {
    TokenTrie::Node node = TokenTrie::kRoot;
    for (const Token token : tokenizer_.tokens(text)) {
      const auto next = trie.next(node);
      if (!std::ranges::binary_search(next, token)) return -1;
      node = trie.follow(node, token);
    }
    return trie.strength(node);
  }
  Error error(const std::vector<std::string>& words) {
    const auto trie = trie_of(tokenizer_, words);
    EXPECT_FALSE(trie);
    return trie ? Error{} : trie.error();
  }

  Tokenizer tokenizer_ = Tokenizer::parse(tokenizer_test::kSmall, "small").value();
};

TEST_F(ListedWordsTest, AreSpeltAsTheyAreAndAsASentenceBegins) {
  const auto trie = trie_of(tokenizer_, std::vector<std::string>{"the", "  eh the "}, 2);
  ASSERT_TRUE(trie);
  for (const char* listed : {"the", "eh the", " the"}) EXPECT_EQ(strength(*trie, listed), 2) << listed;
  for (const char* other : {"t", "eh", "th", "het"}) EXPECT_LT(strength(*trie, other), 0) << other;
}

TEST_F(ListedWordsTest, NothingListedIsNothing) {
  EXPECT_TRUE(trie_of(tokenizer_, {}).value().empty());
}

TEST_F(ListedWordsTest, WhatCannotBeListedIsNamed) {
  EXPECT_EQ(error(std::vector<std::string>(kMostListedWords + 1, "the")).code, Errc::kUsage);
  EXPECT_TRUE(trie_of(tokenizer_, std::vector<std::string>(kMostListedWords, "the")));
  EXPECT_TRUE(error({"the", std::string(kMostListedWordBytes + 1, 'e')}).where.starts_with("eee"));
  EXPECT_TRUE(trie_of(tokenizer_, std::vector{std::string(kMostListedWordBytes, 'e')}));
  for (const char* nothing : {"", "  ", "xyz"}) {
    const Error refused = error({"the", nothing});
    EXPECT_EQ(refused.code, Errc::kUsage);
    EXPECT_EQ(refused.where, nothing);
    EXPECT_FALSE(refused.remedy.empty());
  }
}

}  // namespace
}  // namespace voicestand::nn
