#include "voicestand/nn/token_words.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "voicestand/nn/tokenizer_test_json.h"

namespace voicestand::nn {
namespace {

using testing::ElementsAre;
using testing::FieldsAre;
using testing::IsEmpty;

// Numbers of tokenizer_test::kSmall.
constexpr Token kStart = 1, kSpace = 5, kT = 6, kE = 8, kSpaceT = 9, kSpaceThe = 12, kQuote = 13, kUmlaut = 3;

const Tokenizer& tokenizer() {
  static const Tokenizer made = Tokenizer::parse(tokenizer_test::kSmall, "test").value();
  return made;
}

TEST(TokenWords, AWordBeginsWithASpace) {
  EXPECT_THAT(words_of(tokenizer(), std::vector<Token>{kSpaceThe, kSpaceT, kE, kQuote, kSpaceT}),
              ElementsAre(FieldsAre(0, 1, "the"), FieldsAre(1, 4, "te\""), FieldsAre(4, 5, "t")));
  EXPECT_THAT(words_of(tokenizer(), std::vector<Token>{kT, kE}), ElementsAre(FieldsAre(0, 2, "te")));
}

TEST(TokenWords, NothingIsNoWord) {
  EXPECT_THAT(words_of(tokenizer(), {}), IsEmpty());
  EXPECT_THAT(words_of(tokenizer(), std::vector<Token>{kSpace, kStart, kSpace}), IsEmpty());
}

TEST(TokenWords, SpacesAloneBelongToTheWordBeforeThem) {
  EXPECT_THAT(words_of(tokenizer(), std::vector<Token>{kSpace, kSpaceThe, kSpace, kSpaceT, kSpace}),
              ElementsAre(FieldsAre(0, 3, "the"), FieldsAre(3, 5, "t")));
  EXPECT_THAT(words_of(tokenizer(), std::vector<Token>{kSpace, kT}), ElementsAre(FieldsAre(0, 2, "t")));
}

TEST(TokenWords, BrokenCharactersAreReplaced) {
  EXPECT_THAT(words_of(tokenizer(), std::vector<Token>{kSpaceT, kUmlaut, kSpaceThe}),
              ElementsAre(FieldsAre(0, 2, "t\xEF\xBF\xBD"), FieldsAre(2, 3, "the")));
}

RC_GTEST_PROP(TokenWords, AreTheTextAndAllItsTokens, ()) {
  const auto tokens = *rc::gen::container<std::vector<Token>>(rc::gen::inRange<Token>(0, 21));
  std::string joined;
  std::size_t end = 0;
  for (const TokenWord& word : words_of(tokenizer(), tokens)) {
    RC_ASSERT(word.begin == end);
    RC_ASSERT(word.end > word.begin);
    RC_ASSERT(!word.text.empty());
    end = word.end;
    joined += (joined.empty() ? "" : " ") + word.text;
  }
  RC_ASSERT(end == (joined.empty() ? 0 : tokens.size()));
  // White space aside.
  const auto dense = [](std::string text) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    return text;
  };
  RC_ASSERT(dense(joined) == dense(tokenizer().text(tokens)));
}

TEST(TokenVoicing, LettersAndDigitsAreSpoken) {
  for (const char* spoken : {" a", "Z", "7", "'s", "é", "-b"})
    EXPECT_EQ(voicing_of(spoken), Voicing::kSpoken) << spoken;
  for (const char* unspoken : {"", " ", ",", ".\"", " -", "@[`{"})
    EXPECT_EQ(voicing_of(unspoken), Voicing::kUnspoken) << unspoken;
}

}  // namespace
}  // namespace voicestand::nn
